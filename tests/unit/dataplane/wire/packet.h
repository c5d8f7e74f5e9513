// SPDX-License-Identifier: Apache-2.0
// UDP packets as they are on an Ethernet wire.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/endpoint.h"

namespace rtpengine::test {

using Bytes = std::vector<std::uint8_t>;

struct Packet {
    Endpoint from, to;
    Bytes payload;
    std::uint8_t tos = 0, ttl = 64;
    bool checksum = true; // has one
};

Bytes rtp_of(std::uint16_t sequence, std::uint32_t ssrc = 1, std::uint8_t type = 8, std::size_t size = 172);

// With an Ethernet header, the destination zero (ours).
Bytes frame_of(const Packet& packet);
// As a virtual machine sends it: in place of the checksum, the sum of the pseudo header.
Bytes partial_frame_of(const Packet& packet);
// Where the UDP header begins.
std::size_t udp_offset(const Packet& packet);
// nullopt: not a UDP packet whose lengths and checksums are right (an IPv4 sum of zero is none, and right).
std::optional<Packet> read(const Bytes& frame);

} // namespace rtpengine::test
