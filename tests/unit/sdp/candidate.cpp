// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/candidate.h"

#include <doctest/doctest.h>

using namespace rtpengine::sdp;

TEST_CASE("candidates are read and written") {
    for (const char* text : {"1 1 UDP 2130706431 192.0.2.1 5004 typ host",
                             "Hc0a80a 2 UDP 0 2001:db8::5 65535 typ relay raddr 192.0.2.1 rport 9"})
        CHECK(candidate_value(*read_candidate(text)) == text);
}

TEST_CASE("extensions that we don't know are skipped") {
    const auto candidate =
        read_candidate("a 1 udp 5 192.0.2.1 5004 typ srflx raddr 10.0.0.1 rport 7 generation 0 ufrag xy");
    REQUIRE(candidate);
    CHECK(candidate->related->str() == "10.0.0.1:7");
    CHECK(candidate->type == "srflx");
    const auto hidden = read_candidate("a 1 udp 5 192.0.2.1 5004 typ srflx raddr x.local rport 7 odd");
    REQUIRE(hidden);
    CHECK_FALSE(hidden->related);
}

TEST_CASE("what we can't use is no candidate") {
    for (const char* text :
         {"", "1", "1 0 UDP 1 192.0.2.1 5 typ host", "1 257 UDP 1 192.0.2.1 5 typ host",
          "1 1 TCP 1 192.0.2.1 9 typ host tcptype active", "1 1 UDP 4294967296 192.0.2.1 5 typ host",
          "1 1 UDP -1 192.0.2.1 5 typ host", "1 1 UDP 1 d7c3.local 5 typ host",
          "1 1 UDP 1 192.0.2.1 65536 typ host", "1 1 UDP 1 192.0.2.1 5 type host",
          "1 1 UDP 1 192.0.2.1 5 typ", "1 1 UDP 1 192.0.2.1 5 typ martian"})
        CHECK_FALSE(read_candidate(text));
}
