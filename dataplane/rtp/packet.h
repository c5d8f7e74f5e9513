// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "common/rtp/packet.h"

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
        const auto* data = datagram.data();
        const auto size = rtp_header_size(data, data + datagram.size(), static_cast<std::uint32_t>(datagram.size()));
        if (!size) return std::nullopt;
        const auto header = rtp_read_header(data);
        return Packet{header.type, header.marker != 0, (data[0] & 0x20) != 0, header.sequence, header.timestamp, header.ssrc, size};
    }

    static constexpr std::size_t fixed_size = RTP_HEADER;
};

} // namespace rtpengine::rtp
