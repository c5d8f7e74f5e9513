// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace rtpengine::rtp {

using Bytes = std::span<const std::uint8_t>;

// The fixed header of RFC 3550 section 5.1 and where the payload begins. A value: it doesn't refer to the
// bytes.
struct Packet {
    std::uint8_t payload_type;
    bool marker, padding;
    std::uint16_t sequence;
    std::uint32_t timestamp, ssrc;
    std::size_t header_size; // with CSRCs and header extension; at most the datagram's size

    // nullopt: another version, or the header is longer than the datagram.
    static std::optional<Packet> parse(Bytes datagram) {
        if (datagram.size() < fixed_size || datagram[0] >> 6 != 2) return std::nullopt;
        const auto* p = datagram.data();
        std::size_t size = fixed_size + 4u * (p[0] & 0x0f);
        if (p[0] & 0x10) {
            if (datagram.size() < size + 4) return std::nullopt;
            size += 4 + 4u * (p[size + 2] << 8 | p[size + 3]);
        }
        if (datagram.size() < size) return std::nullopt;
        return Packet{static_cast<std::uint8_t>(p[1] & 0x7f),
                      (p[1] & 0x80) != 0,
                      (p[0] & 0x20) != 0,
                      static_cast<std::uint16_t>(p[2] << 8 | p[3]),
                      word(p + 4),
                      word(p + 8),
                      size};
    }

    static constexpr std::size_t fixed_size = 12;

  private:
    static std::uint32_t word(const std::uint8_t* p) {
        return std::uint32_t{p[0]} << 24 | p[1] << 16 | p[2] << 8 | p[3];
    }
};

} // namespace rtpengine::rtp
