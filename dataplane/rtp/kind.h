// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "common/rtp/packet.h"

namespace rtpengine::rtp {

using Bytes = std::span<const std::uint8_t>;

// What a datagram on a media port is, by its first bytes.
enum class Kind : std::uint8_t {
    other = RTP_KIND_OTHER,
    rtp = RTP_KIND_RTP,
    rtcp = RTP_KIND_RTCP,
    stun = RTP_KIND_STUN,
    dtls = RTP_KIND_DTLS,
    zrtp = RTP_KIND_ZRTP,
};

// Reads at most the headers and looks at nothing that SRTP encrypts, so it also holds for SRTP and SRTCP.
inline Kind classify(Bytes datagram) {
    const auto* data = datagram.data();
    return static_cast<Kind>(rtp_classify(data, data + datagram.size(), static_cast<std::uint32_t>(datagram.size())));
}

} // namespace rtpengine::rtp
