// SPDX-License-Identifier: Apache-2.0
#include "dataplane/rtp/packet.h"

#include <vector>

#include <doctest/doctest.h>

using namespace rtpengine;

TEST_CASE("every field of an RTP header is read") {
    const std::vector<std::uint8_t> bytes{0xb1, 0xe0, 0xfe, 0xdc, 0x11, 0x22, 0x33, 0x44,
                                          0x99, 0xaa, 0xbb, 0xcc, 1,    2,    3,    4, // CSRC
                                          0xbe, 0xde, 0,    1,    9,    9,    9,    9, // extension
                                          0x55};
    const auto packet = rtp::Packet::parse(bytes);
    REQUIRE(packet);
    CHECK(packet->payload_type == 96);
    CHECK(packet->marker);
    CHECK(packet->padding);
    CHECK(packet->sequence == 0xfedc);
    CHECK(packet->timestamp == 0x11223344);
    CHECK(packet->ssrc == 0x99aabbcc);
    CHECK(packet->header_size == 24);
}

TEST_CASE("a header longer than the datagram is none") {
    std::vector<std::uint8_t> bytes(12 + 4 + 4 + 4);
    bytes[0] = 0x91;
    bytes[12 + 4 + 3] = 1;
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE(rtp::Packet::parse({bytes.data(), size}));
    CHECK(rtp::Packet::parse(bytes));
}
