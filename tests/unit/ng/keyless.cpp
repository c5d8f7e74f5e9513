// SPDX-License-Identifier: Apache-2.0
#include "control/ng/keyless.h"

#include <doctest/doctest.h>

using rtpengine::ng::without_keys;

TEST_CASE("what a log has of a message is all but its keys") {
    struct Row {
        const char *message, *shown;
    };
    for (const auto& [message, shown] : {
             Row{"", ""},
             {"d3:sdp0:e", "d3:sdp0:e"},
             {"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:Eh7w+J1/0==|2^31|1:4 X\r\na=y", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:*|2^31|1:4 X\r\na=y"},
             {"inline:AAAA|1:4;inline:BBBB|2:4\r\n", "inline:*|1:4;inline:*|2:4\r\n"},
             {"1 x InLine:AAAA", "1 x InLine:*"},
             {R"({"sdp":"a=crypto:1 x inline:Eh7w\/J1\u002b0\r\na=y"})", R"({"sdp":"a=crypto:1 x inline:*\r\na=y"})"},
             {R"(inline:AA\u000d\u000aa=y)", R"(inline:*\u000d\u000aa=y)"},
             {R"(inline:AA\u00)", R"(inline:*\u00)"},
             {"inline:", "inline:*"},
             {"inlin", "inlin"},
             {"a=ice-ufrag:abcd\r\na=ice-pwd:t7Qm2Z+/x\r\na=y", "a=ice-ufrag:abcd\r\na=ice-pwd:*\r\na=y"},
             {"a=ICE-pwd:t7Qm\r\na=crypto:1 x inline:Eh7w\r\nice-pwd:", "a=ICE-pwd:*\r\na=crypto:1 x inline:*\r\nice-pwd:*"},
         })
        CHECK(without_keys(message) == shown);
}

TEST_CASE("a mark that JSON writes by numbers, blanks before a key, keys of other kinds") {
    for (const auto* text : {R"({"sdp":"a=crypto:1 X \u0069nline:c2VjcmV0\r\n"})", R"({"sdp":"a=crypto:1 X inline\u003ac2VjcmV0\r\n"})",
                             R"({"sdp":"a=crypto:1 X inline\u003A\u00632VjcmV0"})", "d3:sdp30:a=crypto:1 X inline: c2VjcmV0e", "k=base64:c2VjcmV0\r\n",
                             "k=clear:c2VjcmV0\r\n", "a=key-mgmt:mikey c2VjcmV0\r\n"}) {
        CAPTURE(text);
        const auto shown = without_keys(text);
        CHECK(shown.find("2VjcmV0") == std::string::npos);
        CHECK(shown.find("*") != std::string::npos);
    }
    CHECK(without_keys(R"(\u0022 \u005c \u000a \u00e9 \u00 \u)") == R"(\u0022 \u005c \u000a \u00e9 \u00 \u)");
}
