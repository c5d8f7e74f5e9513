// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/codec_match.h"

#include <vector>

#include <doctest/doctest.h>

#include "control/sdp/codec.h"

using namespace rtpengine::sdp;

namespace {

Codec codec(int payload_type, const char* rtpmap, const char* fmtp = nullptr) {
    Codec result;
    result.payload_type = payload_type;
    if (!read_rtpmap(rtpmap, result)) result.name = "malformed";
    if (fmtp) result.fmtp = fmtp;
    return result;
}

const Codec opus = codec(96, "opus/48000/2"), pcma = codec(8, "PCMA/8000"),
            event = codec(101, "telephone-event/16000");

} // namespace

TEST_CASE("formats are compared without regard to case and number") {
    CHECK(same_format(codec(1, "pcma/8000"), pcma));
    CHECK_FALSE(same_format(codec(8, "PCMA/16000"), pcma));
    CHECK_FALSE(same_format(codec(8, "PCMA/8000/2"), pcma));
    CHECK_FALSE(same_format(codec(8, "PCMU/8000"), pcma));
    CHECK(same_format(codec(97, "G729/8000", "annexb=no"), codec(18, "G729/8000", "annexb=yes")));
}

TEST_CASE("the same format is an equal one, for every pair") {
    const std::vector<Codec> all{opus, pcma, event, codec(1, "pcma/8000"), codec(8, "PCMA/8000/2"), codec(96, "AMR/8000"),
                                 codec(97, "AMR/8000", "octet-align=1"), codec(98, "amr/8000", "x; octet-align=1"),
                                 codec(99, "AMR-WB/8000", "octet-align=1"), codec(18, "G729/8000", "octet-align=1"),
                                 codec(19, "G729/8000"), Codec{}};
    for (const Codec& a : all)
        for (const Codec& b : all)
            CHECK(same_format(a, b) == (format_of(a) == format_of(b)));
}

TEST_CASE("AMR differs by its packetisation") {
    const Codec efficient = codec(96, "AMR-WB/16000", "max-red=0"),
                aligned = codec(96, "AMR-WB/16000", "mode-set=1; octet-align=1");
    CHECK_FALSE(same_format(efficient, aligned));
    CHECK(same_format(efficient, codec(96, "amr-wb/16000", "octet-align=0")));
    CHECK(same_format(aligned, codec(97, "AMR-WB/16000", "octet-align=1")));
}

TEST_CASE("a name means all formats, a rate one of them") {
    CHECK(CodecSet({"OPUS"}).contains(opus));
    CHECK(CodecSet({"opus/48000/2"}).contains(opus));
    CHECK(CodecSet({"opus/48000/2/64000/20//x"}).contains(opus));
    CHECK(CodecSet({"telephone-event"}).contains(event));
    CHECK(CodecSet({"PCMA/8000/1"}).contains(pcma));
    CHECK(CodecSet({"PCMA//1"}).contains(pcma));
    for (const char* text : {"opus/48000", "opus/48000/1", "opu", "opus/x", "opus/0/2", "", "/48000/2"})
        CHECK_FALSE(CodecSet({text}).contains(opus));
    CHECK_FALSE(CodecSet({"telephone-event/8000"}).contains(event));
}

TEST_CASE("all and full mean every codec but the exceptions, names are not narrowed") {
    for (const char* word : {"all", "full"}) {
        const CodecSet set({word, "opus"}, {"opus", "PCMA"});
        CHECK(set.contains(event));
        CHECK(set.contains(opus));
        CHECK_FALSE(set.contains(pcma));
        CHECK(set.names(opus));
        CHECK_FALSE(set.names(event));
        CHECK(set.full() == (std::string(word) == "full"));
    }
    CHECK(CodecSet({}).empty());
    CHECK_FALSE(CodecSet({"all"}).empty());
}

TEST_CASE("only known codecs can be converted") {
    CHECK(transcodable(opus));
    CHECK(transcodable(codec(1, "pcmu/8000")));
    CHECK_FALSE(transcodable(codec(1, "VP8/90000")));
    CHECK_FALSE(transcodable(event));
}
