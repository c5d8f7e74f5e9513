// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/codec.h"

#include <doctest/doctest.h>

using namespace rtpengine::sdp;

TEST_CASE("rtpmap is read and written back, one channel unsaid") {
    const auto full = [](const char* text) {
        Codec codec;
        return read_rtpmap(text, codec) ? codec.full() : "malformed";
    };
    CHECK(full("opus/48000/2") == "opus/48000/2");
    CHECK(full(" AMR-WB/16000/1 ") == "AMR-WB/16000");
    CHECK(full("x-odd.name/1") == "x-odd.name/1");
    for (const char* text : {"", "PCMU", "PCMU/", "/8000", "PCMU/0", "PCMU/8000/0", "PCMU/8000/x",
                             "PCMU/8000/2/3", "PC MU/8000", "PCMU/99999999999"})
        CHECK(full(text) == "malformed");
}

TEST_CASE("a malformed rtpmap changes nothing") {
    Codec codec = *static_codec(8);
    CHECK_FALSE(read_rtpmap("PCMX/zero", codec));
    CHECK(codec.full() == "PCMA/8000");
}

TEST_CASE("supplemental codecs accompany others") {
    for (const char* name : {"telephone-event", "TELEPHONE-EVENT", "CN", "cn"}) {
        Codec codec;
        codec.name = name;
        CHECK(codec.supplemental());
    }
    CHECK_FALSE(static_codec(0)->supplemental());
    CHECK(static_codec(13)->supplemental());
}

TEST_CASE("opus parameters have a fixed order, others are verbatim") {
    Codec codec;
    codec.name = "Opus";
    CHECK(format_parameters(codec).empty());
    codec.fmtp = "minptime=10;useinbandfec=1";
    CHECK(format_parameters(codec) == "useinbandfec=1; minptime=10");
    codec.fmtp = "maxplaybackrate=48000; x=1 ;ptime=20;STEREO = 1;; minptime";
    CHECK(format_parameters(codec) == "stereo=1; maxplaybackrate=48000");
    codec.name = "iLBC";
    codec.fmtp = "mode=20 ;z";
    CHECK(format_parameters(codec) == "mode=20 ;z");
}

TEST_CASE("single format parameters are found") {
    CHECK(format_parameter("a=1; octet-align=1;b", "octet-align") == "1");
    CHECK(format_parameter("a=1;b", "b").empty());
    CHECK(format_parameter("aa=1", "a").empty());
    CHECK(format_parameter("", "a").empty());
}
