// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "control/sdp/model.h"
#include "control/sdp/text.h"

using namespace rtpengine::sdp;

TEST_CASE("transports are read in any case and printed in one") {
    struct Row {
        const char* name;
        bool rtp, srtp;
    };
    for (const Row& row :
         {Row{"RTP/AVP", true, false}, Row{"RTP/SAVP", true, true}, Row{"RTP/AVPF", true, false},
          Row{"RTP/SAVPF", true, true}, Row{"UDP/TLS/RTP/SAVP", true, true},
          Row{"UDP/TLS/RTP/SAVPF", true, true}, Row{"udptl", false, false}}) {
        const Protocol protocol = parse_protocol(row.name);
        CHECK(protocol_name(protocol) == row.name);
        CHECK(parse_protocol(lower_case(row.name)) == protocol);
        CHECK(is_rtp(protocol) == row.rtp);
        CHECK(is_srtp(protocol) == row.srtp);
    }
    CHECK(parse_protocol("UDPTL") == Protocol::udptl);
}

TEST_CASE("anything else is opaque") {
    for (const char* name : {"", "UDP", "TCP/MSRP", "RTP/AVPX", "UDP/BFCP"}) {
        CHECK(parse_protocol(name) == Protocol::other);
        CHECK(protocol_name(parse_protocol(name)).empty());
        CHECK_FALSE(is_rtp(parse_protocol(name)));
    }
}
