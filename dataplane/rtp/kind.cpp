// SPDX-License-Identifier: Apache-2.0
#include "dataplane/rtp/kind.h"

#include "dataplane/rtp/packet.h"
#include "dataplane/rtp/rtcp.h"

namespace rtpengine::rtp {

namespace {

constexpr std::uint32_t stun_cookie = 0x2112A442, zrtp_cookie = 0x5A525450;

bool has_word(Bytes datagram, std::size_t minimum, std::uint32_t cookie) {
    if (datagram.size() < minimum) return false;
    const auto* at = datagram.data() + 4; // both protocols keep their cookie there
    return (std::uint32_t{at[0]} << 24 | at[1] << 16 | at[2] << 8 | at[3]) == cookie;
}

} // namespace

Kind classify(Bytes datagram) {
    if (datagram.size() < 2) return Kind::other;
    const auto first = datagram[0], second = datagram[1];
    if (first >> 6 == 2) {
        if (second >= 192 && second <= 223) return Rtcp::parse(datagram) ? Kind::rtcp : Kind::other;
        return Packet::parse(datagram) ? Kind::rtp : Kind::other;
    }
    if (first <= 3) return has_word(datagram, 20, stun_cookie) ? Kind::stun : Kind::other;
    if (first >= 16 && first <= 19) return has_word(datagram, 12, zrtp_cookie) ? Kind::zrtp : Kind::other;
    if (first >= 20 && first <= 63 && datagram.size() >= 13) return Kind::dtls;
    return Kind::other;
}

} // namespace rtpengine::rtp
