// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/edits.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::sdp;

namespace {

std::string applied(const sdp::AttributeEdits& edits, const char* line) {
    const Edits audio({{"audio", edits}}, "audio");
    const auto result = audio.apply(line);
    return result ? std::string(*result) : "removed";
}

} // namespace

TEST_CASE("an attribute is meant by name, by name and first token, or by its whole text") {
    for (const char* key : {"fmtp", "fmtp:101", "fmtp:101 0-15", "FMTP:101"})
        CHECK(applied({{}, {key}, {}}, "fmtp:101 0-15") == "removed");
    for (const char* key : {"fmt", "fmtp:10", "fmtp:101 0", "fmtp:", "0-15", ""})
        CHECK(applied({{}, {key}, {}}, "fmtp:101 0-15") == "fmtp:101 0-15");
    CHECK(applied({{}, {"sendrecv"}, {}}, "sendrecv") == "removed");
}

TEST_CASE("removal comes before substitution, the first substitution counts") {
    const sdp::AttributeEdits edits{
        {}, {"ptime"}, {{"ptime:20", "ptime:30"}, {"mid", "a=mid:x"}, {"MID", "mid:y"}}};
    CHECK(applied(edits, "ptime:20") == "removed");
    CHECK(applied(edits, "mid:0") == "mid:x");
    CHECK(applied(edits, "other") == "other");
}

TEST_CASE("edits are those of the section's type") {
    const std::vector<sdp::SectionEdits> all{
        {"audio", {{"a=X-1"}, {}, {}}}, {"video", {{"X-2"}, {"mid"}, {}}}, {"audio", {{"X-3"}, {}, {}}}};
    CHECK(Edits(all, "Audio").additions() == std::vector<std::string>{"X-1", "X-3"});
    const Edits audio(all, "audio"), video(all, "video");
    CHECK(audio.apply("mid:0"));
    CHECK_FALSE(video.apply("mid:0"));
    CHECK(Edits(all, "global").additions().empty());
}
