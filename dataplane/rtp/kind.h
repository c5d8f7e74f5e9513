// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace rtpengine::rtp {

using Bytes = std::span<const std::uint8_t>;

// What a datagram on a media port is, by its first bytes.
enum class Kind : std::uint8_t {
    other, // none of the below; also RTP or RTCP whose header doesn't fit
    rtp,
    rtcp,
    stun,
    dtls,
    zrtp, // RFC 6189: end to end, passes through
};

// RFC 7983 section 7 by the first byte, RFC 5761 section 4 between RTP and RTCP. Reads at most the headers
// and looks at nothing that SRTP encrypts, so it also holds for SRTP and SRTCP.
Kind classify(Bytes datagram);

} // namespace rtpengine::rtp
