// SPDX-License-Identifier: Apache-2.0
// rtpp_flags and templates (specification sections 1.9 and 3.6).
#include "control/ng/flags/string.h"

#include <doctest/doctest.h>

#include "control/ng/flags.h"
#include "common/ng/json.h"
#include "common/ng/writer.h"

using namespace rtpengine;
using namespace rtpengine::ng;

namespace {

using Strings = std::vector<std::string>;

Flags parse(const std::string& text, const char* command = "offer", const FlagDefaults& defaults = {}) {
    Dict request;
    request.add("rtpp_flags", text);
    auto flags = parse_flags(command, request, defaults);
    REQUIRE(flags);
    return *flags;
}

// "word key=[1,2]" as JSON, to read what the grammar makes of a string.
std::string items(std::string_view text) {
    std::string out;
    StringReader reader(text);
    while (auto item = reader.next()) {
        Dict dict;
        dict.add(item->key, item->value);
        out += encode(Encoding::json, dict) + " ";
    }
    return out;
}

} // namespace

TEST_CASE("the grammar") {
    CHECK(items("") == "");
    CHECK(items("   ") == "");
    CHECK(items(" a  b=c ") == R"({"":"a"} {"b":"c"} )");
    CHECK(items("a=[]") == R"({"a":[]} )");
    CHECK(items("a=[ ] b") == R"({"a":[]} {"":"b"} )");
    CHECK(items("a=[b c] d") == R"({"a":["b","c"]} {"":"d"} )");
    CHECK(items("a=[ b  c ] d") == R"({"a":["b","c"]} {"":"d"} )");
    CHECK(items("a=[b=c d=[e f]] g") == R"({"a":{"b":"c","d":["e","f"]}} {"":"g"} )");
    CHECK(items("a=[b=[c=d] e=f]") == R"({"a":{"b":{"c":"d"},"e":"f"}} )");
    CHECK(items("a=[[b c] [d]] e") == R"({"a":[["b","c"],["d"]]} {"":"e"} )");
    CHECK(items("a=[b c=d]") == R"({"a":["b","c=d"]} )");
    CHECK(items("a=b=c") == R"({"a":"b=c"} )");
    CHECK(items("a=") == R"({"":"a"} )");
    CHECK(items("a=] b]") == R"({"a":"]"} {"":"b]"} )");
    CHECK(items("[a b]") == R"({"":"[a"} {"":"b]"} )");
    CHECK(items("=x") == R"({"":"=x"} )");
}

TEST_CASE("brackets that don't match: the rest is members") {
    CHECK(items("a=[b c") == R"({"a":["b","c"]} )");
    CHECK(items("a=[b=[c d") == R"({"a":{"b":["c","d"]}} )");
    CHECK(items("a=[b]] c") == R"({"a":["b]"]} {"":"c"} )");
    CHECK(items("a=[") == R"({"a":[]} )");
    CHECK(items("a=[[[") == R"({"a":[[[]]]} )");
    CHECK_FALSE(items("a=" + std::string(60'000, '[')).empty());
    CHECK_FALSE(items("a=[" + std::string(30'000, '[') + std::string(30'000, ']')).empty());
}

TEST_CASE("the specification's example") {
    const auto flags =
        parse("replace-origin via-branch=x ICE=force OSRTP=[accept] "
              "codec=[transcode=[PCMA PCMU] strip=[EVS]] label=callee rtcp-mux=[offer require]");
    CHECK(flags.replace_origin);
    CHECK(flags.via_branch == "x");
    CHECK(flags.ice == IceOption::force);
    CHECK(flags.osrtp == Strings{"accept"});
    CHECK(flags.codec.transcode == Strings{"PCMA", "PCMU"});
    CHECK(flags.codec.strip == Strings{"EVS"});
    CHECK(flags.label == "callee");
    CHECK(flags.mux_require);
}

TEST_CASE("transport words build a transport") {
    struct Row {
        const char *words, *transport;
    };
    for (const auto& row :
         {Row{"RTP", "RTP/AVP"}, Row{"SRTP", "RTP/SAVP"}, Row{"AVPF", "RTP/AVPF"},
          Row{"SRTP AVPF", "RTP/SAVPF"}, Row{"DTLS", "UDP/TLS/RTP/SAVP"},
          Row{"DTLS AVPF", "UDP/TLS/RTP/SAVPF"}, Row{"SRTP DTLS", "UDP/TLS/RTP/SAVP"},
          Row{"SRTP AVPF DTLS", "UDP/TLS/RTP/SAVPF"}, Row{"SRTP AVPF AVP", "RTP/SAVP"},
          Row{"SRTP RTP AVPF", "RTP/AVPF"}, Row{"UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVPF"},
          Row{"UDP/TLS/RTP/SAVPF AVP", "UDP/TLS/RTP/SAVP"},
          Row{"SRTP transport-protocol=RTP/AVPF", "RTP/SAVP"}, Row{"transport-protocol=RTP/AVPF", "RTP/AVPF"},
          Row{"srtp", ""}, Row{"label=x", ""}}) {
        CAPTURE(row.words);
        CHECK(parse(row.words).transport_protocol == row.transport);
    }
}

TEST_CASE("directions of a string") {
    CHECK(parse("internal external").direction == Strings{"internal", "external"});
    CHECK(parse("direction=a direction=b direction=c").direction == Strings{"a", "b"});
    CHECK(parse("external direction=x").direction == Strings{"external", "x"});
    CHECK(parse("direction=[a b]").direction == Strings{"a", "b"});
}

TEST_CASE("tags of a string say that they count") {
    const auto flags = parse("to_tag=b from-tag=a", "block media");
    CHECK((flags.to_tag == "b" && flags.to_tag_honoured && flags.from_tag == "a" && flags.directional));
    const auto outside =
        *parse_flags("block media", *decode_json(R"({"rtpp_flags":"x","from-tag":"a","to-tag":"b"})"), {});
    CHECK((!outside.to_tag_honoured && !outside.directional));
}

TEST_CASE("codec words of a string") {
    CHECK(parse("codec-strip-A,B codec-strip-C").codec.strip == Strings{"A", "B", "C"});
    CHECK(parse("codec-strip=A,B").codec.strip == Strings{"A", "B"});
    CHECK(parse("codec-strip=[A B]").codec.strip == Strings{"A", "B"});
    CHECK(parse("codec-mask=[AMR/8000/1///mode-set--0,2]").codec.mask ==
          Strings{"AMR/8000/1///mode-set=0,2"});
    CHECK(parse("transcode=PCMA transcode-GSM").codec.transcode == Strings{"PCMA", "GSM"});
    CHECK(parse("sdp-attr-add-audio-X-one:a--b..c").attribute_edits[0].edits.add == Strings{"X-one:a=b c"});
}

TEST_CASE("numbers of a string are decimal") {
    CHECK(parse("TOS=184").tos == 184);
    CHECK(parse("delete-delay=0 fatal fast", "delete").delete_delay == 0);
    CHECK(parse("fatal fast", "delete").fatal);
}

TEST_CASE("unknown parts are ignored") {
    CHECK(parse("this-is-unknown foo=bar baz=[a b [c d]] qux=[x=y]") == parse(""));
}

TEST_CASE("templates: default, the command's, then the request's keys in order") {
    FlagDefaults defaults;
    defaults.templates = {{"default", "label=d TOS=1"},
                          {"offer", "label=o"},
                          {"answer", "no-rtcp-attribute"},
                          {"named", "label=n"},
                          {"loop", "template=loop debug"}};
    CHECK(parse("", "offer", defaults).label == "o");
    CHECK(parse("", "offer", defaults).tos == 1);
    CHECK(parse("", "answer", defaults).no_rtcp_attribute);
    CHECK(parse("", "answer", defaults).label == "d");
    const auto json = [&](const char* text) { return *parse_flags("offer", *decode_json(text), defaults); };
    CHECK(json(R"({"template":"named"})").label == "n");
    CHECK(json(R"({"template":"named","label":"x"})").label == "x");
    CHECK(json(R"({"label":"x","template":"named"})").label == "n");
    CHECK(json(R"({"template":"missing"})").label == "o");
    CHECK(json(R"({"template":"loop"})").debug);
}
