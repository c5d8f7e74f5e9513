// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "common/base/endpoint.h"

namespace rtpengine::io {

// IP and UDP headers in front of a payload, as a raw socket sends them.
struct Headers {
    static constexpr std::size_t max_size = 40 + 8;

    alignas(8) std::uint8_t bytes[max_size];
    std::size_t size; // 28 (IPv4) or 48
};

// Writes the headers of a datagram: TTL 64, DF off, UDP checksum set; both ends of one family. IPv4's identification,
// and header checksum are left 0: the kernel fills them in.
void write_headers(Headers& headers, const Endpoint& from, const Endpoint& to, std::uint8_t tos,
                   std::span<const std::uint8_t> payload);

// The Internet checksum (RFC 1071) of `bytes`, added to `sum`; not folded, not inverted.
std::uint64_t checksum_add(std::uint64_t sum, std::span<const std::uint8_t> bytes);
std::uint16_t checksum_fold(std::uint64_t sum); // host order, not inverted

} // namespace rtpengine::io
