// SPDX-License-Identifier: Apache-2.0
// Where the parts of a protected packet are. In AES-CM, F8 and NULL (RFC 3711), and in GCM (RFC 7714):
//
//   RTP   header | payload | MKI | tag              header | payload | tag | MKI
//   RTCP  header | ... | E, index | MKI | tag       header | ... | tag | E, index | MKI
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "common/rtp/packet.h"
#include "common/srtp/source.h"

namespace rtpengine::srtp {

using Bytes = std::span<const std::uint8_t>;

// Of a packet without what protection adds.
struct Header {
    std::size_t size; // never encrypted
    std::uint32_t ssrc;
    std::uint16_t sequence; // RTP

    static constexpr std::size_t of_rtcp = 8;

    // nullopt: another version, or it is longer than the packet.
    static std::optional<Header> parse(Half half, Bytes packet) {
        const auto* data = packet.data();
        if (half == Half::rtp) {
            const auto size = rtp_header_size(data, data + packet.size(), static_cast<std::uint32_t>(packet.size()));
            if (!size) return std::nullopt;
            return Header{size, rtp_be32(data + 8), rtp_be16(data + 2)};
        }
        if (packet.size() < of_rtcp || data[0] >> 6 != 2) return std::nullopt;
        return Header{of_rtcp, rtp_be32(data + 4), 0};
    }
};

struct Trailer {
    std::size_t tag, mki, index; // where they begin, from the end of what is protected; index: RTCP only
    std::size_t size;

    static constexpr std::size_t of_index = 4;
};

constexpr Trailer lay_out(Half half, bool aead, std::size_t tag, std::size_t mki) {
    const std::size_t index = half == Half::rtcp ? Trailer::of_index : 0;
    const auto size = tag + index + mki;
    return aead ? Trailer{0, tag + index, tag, size} : Trailer{index + mki, index, 0, size};
}

constexpr std::uint32_t encrypted_bit = std::uint32_t{1} << 31; // E, with the index of RTCP

inline void put_be32(std::uint8_t* at, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

} // namespace rtpengine::srtp
