// SPDX-License-Identifier: Apache-2.0
#include "dataplane/rtp/rtcp.h"

#include <vector>

#include <doctest/doctest.h>

using namespace rtpengine;

TEST_CASE("a compound is walked packet by packet") {
    const std::vector<std::uint8_t> bytes{0x80, 201, 0, 1, 1, 2, 3, 4,             // RR
                                          0x81, 206, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, // PLI
                                          0x80, 203, 0, 0};                        // BYE of nobody
    auto first = rtp::Rtcp::parse(bytes);
    REQUIRE(first);
    CHECK(first->type == 201);
    CHECK(first->count == 0);
    CHECK(first->ssrc() == 0x01020304);
    auto second = rtp::Rtcp::parse(first->rest);
    REQUIRE(second);
    CHECK(second->type == 206);
    CHECK(second->count == 1);
    CHECK(second->body.size() == 8);
    auto third = rtp::Rtcp::parse(second->rest);
    REQUIRE(third);
    CHECK(third->type == 203);
    CHECK_FALSE(third->ssrc());
    CHECK(third->rest.empty());
    CHECK_FALSE(rtp::Rtcp::parse(third->rest));
}

TEST_CASE("a packet longer than the datagram is none") {
    std::vector<std::uint8_t> bytes(12);
    bytes[0] = 0x80;
    bytes[1] = 200;
    bytes[3] = 2;
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE(rtp::Rtcp::parse({bytes.data(), size}));
    CHECK(rtp::Rtcp::parse(bytes));
    bytes[2] = 0xff;
    CHECK_FALSE(rtp::Rtcp::parse(bytes));
}
