// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "common/base/endpoint.h"
#include "dataplane/io/marking.h"

namespace rtpengine::io {

struct Headers {
    static constexpr std::size_t max_size = 40 + 8; // IPv6 and UDP
    static constexpr std::size_t size(Family family) { return family == Family::ipv4 ? 20 + 8 : max_size; }
};

// Writes the IP and UDP headers of a datagram to `out` (Headers::max_size bytes) and returns their length:
// DF off, UDP checksum set; both ends of one family. `identification` is IPv4's; its header checksum
// is left 0: the kernel fills it in.
std::size_t write_headers(std::uint8_t* out, const Endpoint& from, const Endpoint& to, Marking marking,
                          std::uint16_t identification, std::span<const std::uint8_t> payload);

// The Internet checksum (RFC 1071) of `bytes`, added to `sum`; not folded, not inverted.
std::uint64_t checksum_add(std::uint64_t sum, std::span<const std::uint8_t> bytes);
std::uint16_t checksum_fold(std::uint64_t sum); // host order, not inverted

} // namespace rtpengine::io
