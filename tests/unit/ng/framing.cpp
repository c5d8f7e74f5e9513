// SPDX-License-Identifier: Apache-2.0
#include "control/ng/framing.h"

#include <doctest/doctest.h>

using namespace rtpengine::ng;

TEST_CASE("a cookie and a body") {
    for (const char* text : {"", "x", " x", " ", "cookie"})
        CHECK_FALSE(split(text));
    CHECK(split("a  b")->body == " b");
    CHECK(split("a b c")->cookie == "a");
    CHECK(split("a ")->body.empty());
}

TEST_CASE("bodies that are no request") {
    struct Row {
        const char *body, *reason;
    };
    for (const auto& row : {Row{"", "Invalid data (no payload)"}, Row{"foo", "Invalid NG data format"},
                            Row{" d7:command4:pinge", "Invalid NG data format"},
                            Row{"d3:fo", "Could not decode bencode dictionary"},
                            Row{"{\"a\"", "Failed to parse JSON document"}}) {
        const auto dict = decode(row.body);
        REQUIRE_FALSE(dict);
        CHECK(dict.error().message == row.reason);
    }
    CHECK(encoding_of("{") == Encoding::json);
    CHECK(encoding_of("foo") == Encoding::bencode);
}
