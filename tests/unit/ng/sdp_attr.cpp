// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "control/ng/flags.h"
#include "common/ng/json.h"

using namespace rtpengine::ng;

namespace {

using Strings = std::vector<std::string>;

rtpengine::Result<Flags> parse(const char* text) {
    return parse_flags("offer", *decode_json(text), {});
}

} // namespace

TEST_CASE("edits by section type") {
    const auto flags =
        parse(R"({"sdp-attr":{"none":{"add":["X-sess"]},"audio":{"add":["a=X--1","b"],"remove":"ptime:20",
        "substitute":[["a","b..c"],"sendrecv>sendonly"]},"GLOBAL":{"remove":["y"]}}})");
    REQUIRE(flags);
    REQUIRE(flags->attribute_edits.size() == 2);
    CHECK(flags->attribute_edits[0].type == "global");
    CHECK(flags->attribute_edits[0].edits.add == Strings{"X-sess"});
    CHECK(flags->attribute_edits[0].edits.remove == Strings{"y"});
    const auto& audio = flags->attribute_edits[1].edits;
    CHECK(audio.add == Strings{"X=1", "b"});
    CHECK(audio.remove == Strings{"ptime:20"});
    CHECK(audio.substitute ==
          std::vector<std::pair<std::string, std::string>>{{"a", "b c"}, {"sendrecv", "sendonly"}});
}

TEST_CASE("what is wrong with sdp-attr and sdp-media-remove") {
    struct Row {
        const char *text, *error;
    };
    for (const auto& row : {
             Row{R"({"sdp-attr":"x"})", "wrong type used"},
             Row{R"({"sdp-attr":["x"]})", "wrong type used"},
             Row{R"({"sdp-attr":{"audio":"x"}})", "wrong content given"},
             Row{R"({"sdp-attr":{"audio":{"add":{}}}})", "wrong content given"},
             Row{R"({"sdp-attr":{"other":{"add":["x"]}}})", "unsupported sdp section"},
             Row{R"({"sdp-attr":{"audio":{"move":["x"]}}})", "unknown manipulation command"},
             Row{R"({"sdp-attr":{"audio":{"add":[1]}}})", "invalid token given"},
             Row{R"({"sdp-attr":{"audio":{"substitute":["x"]}}})", "invalid token given"},
             Row{R"({"sdp-attr":{"audio":{"substitute":[["x"]]}}})", "invalid token given"},
             Row{R"({"sdp-media-remove":"video"})", "wrong type used"},
             Row{R"({"sdp-media-remove":["video","smell"]})", "unsupported sdp section"},
         }) {
        CAPTURE(row.text);
        const auto flags = parse(row.text);
        REQUIRE_FALSE(flags);
        CHECK(flags.error().message == row.error);
    }
    CHECK(parse(R"({"SDP media remove":["video","other"]})")->media_remove == Strings{"video", "other"});
}
