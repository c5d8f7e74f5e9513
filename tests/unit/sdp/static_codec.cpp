// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "control/sdp/model.h"

using namespace rtpengine::sdp;

TEST_CASE("static payload types are those of RFC 3551") {
    CHECK(static_codec(0)->full() == "PCMU/8000");
    CHECK(static_codec(9)->full() == "G722/8000"); // 8000 by historical accident
    CHECK(static_codec(10)->full() == "L16/44100/2");
    CHECK(static_codec(18)->full() == "G729/8000");
    CHECK(static_codec(34)->full() == "H263/90000");
    int count = 0;
    for (int payload_type = -2; payload_type < 130; ++payload_type)
        if (const Codec* codec = static_codec(payload_type)) {
            CHECK(codec->payload_type == payload_type);
            ++count;
        }
    CHECK(count == 24);
    for (int payload_type : {-1, 1, 2, 19, 24, 27, 35, 72, 96, 127})
        CHECK_FALSE(static_codec(payload_type));
}
