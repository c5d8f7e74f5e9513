// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "common/rtp/packet.h"

namespace rtpengine::rtp {

using Bytes = std::span<const std::uint8_t>;

// One RTCP packet (RFC 3550 section 6.4) of a compound; views the datagram that it was parsed from.
struct Rtcp {
    std::uint8_t type;  // 200 SR, 201 RR, 202 SDES, 203 BYE, 204 APP, ...
    std::uint8_t count; // or feedback format
    Bytes body;         // after the first word, padding included
    Bytes rest;         // what follows in the datagram: the next packet, or nothing

    // The first packet of `datagram`; nullopt: another version, or its length goes beyond the end. Of SRTCP
    // the first header is plain, `rest` is not.
    static std::optional<Rtcp> parse(Bytes datagram) {
        const auto* data = datagram.data();
        const std::size_t length = rtp_rtcp_size(data, data + datagram.size(), static_cast<std::uint32_t>(datagram.size()));
        if (!length) return std::nullopt;
        return Rtcp{datagram[1], static_cast<std::uint8_t>(datagram[0] & 0x1f),
                    datagram.subspan(4, length - 4), datagram.subspan(length)};
    }

    // SSRC of the sender; nullopt where the body has none (empty SDES, BYE).
    std::optional<std::uint32_t> ssrc() const {
        if (body.size() < 4) return std::nullopt;
        return rtp_be32(body.data());
    }
};

} // namespace rtpengine::rtp
