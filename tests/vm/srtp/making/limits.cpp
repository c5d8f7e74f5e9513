/* SPDX-License-Identifier: Apache-2.0 */
#include "alone.h"
#include "packets.h"

#include <cerrno>

namespace making {

void bad_packets(Steps& steps) {
    steps.note("bad packets");
    steps.add(step(Kind::create, out_side, 0), bytes_of(created(configure(usual), true)));
    Bytes extension = rtp_packet(1, 1);
    extension[0] = 0x90;
    Bytes csrcs(12 + 4 * 14);
    csrcs[0] = 0x8f;
    for (Kind kind : {Kind::protect, Kind::unprotect}) {
        steps.add(step(kind, out_side, -EINVAL, false, 64), extension);
        steps.add(step(kind, out_side, -EINVAL, false, 64), csrcs);
    }
    for (unsigned size = 0; size < 12 + usual.overhead(false); size++)
        steps.add(step(Kind::unprotect, out_side, -EINVAL), Bytes(size, 0x80));
    for (unsigned size = 0; size < 8 + usual.overhead(true); size++)
        steps.add(step(Kind::unprotect, out_side, -EINVAL, true), Bytes(size, 0x80));
    for (bool is_rtcp : {false, true})
        steps.add(step(Kind::protect, out_side, -ENOSPC, is_rtcp, usual.overhead(is_rtcp) - 1),
                  is_rtcp ? rtcp(1, 3) : rtp_packet(1, 1));
}

void last_indices(Steps& steps) {
    steps.note("last indices");
    srtp_test_create create =
        created(configure(suite_of(RTPENGINE_AES_CM_128, RTPENGINE_HMAC_SHA1_80)), true);
    create.sources[0].ssrc = 7;
    create.sources[0].flags = RTPENGINE_SRTP_SOURCE_RTP | RTPENGINE_SRTP_SOURCE_RTCP;
    create.sources[0].rtp_index = (1ull << 48) - 1;
    create.sources[0].rtcp_index = (1u << 31) - 1;
    steps.add(step(Kind::create, out_side, 0), bytes_of(create));
    steps.add(step(Kind::protect, out_side, -EOVERFLOW, false, 64), rtp_packet(7, 0));
    steps.add(step(Kind::protect, out_side, -EOVERFLOW, true, 64), rtcp(7, 3));
    steps.add(step(Kind::unprotect, out_side, -EOVERFLOW), rtp_packet(7, 0));
    steps.add(step(Kind::protect, out_side, -EALREADY, false, 64), rtp_packet(7, 0xffff));
}

} // namespace making
