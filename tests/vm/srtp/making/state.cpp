/* SPDX-License-Identifier: Apache-2.0 */
#include "alone.h"
#include "chance.h"
#include "packets.h"
#include "session.h"

namespace making {

void snapshot(Steps& steps) {
    steps.note("snapshot");
    srtp_test_create create{};
    create.config = configure(usual);
    steps.add(step(Kind::create, out_side, 0), bytes_of(create));
    Session out(usual, create.config, true);
    for (uint16_t seq : {0xfffe, 0xffff, 3, 1}) {
        Bytes plain = rtp_packet(9, seq), made = plain;
        int err = out.protect(made, false);
        expect(steps, Kind::protect, out_side, plain, made, err, false);
    }
    srtp_test_sources sources{};
    sources.count = 1;
    sources.sources[0].ssrc = 9;
    sources.sources[0].flags = RTPENGINE_SRTP_SOURCE_RTP;
    sources.sources[0].rtp_index = 0x10003;
    sources.sources[0].rtp_window[0] = 0b110101;
    steps.add(step(Kind::sources, out_side, 0), {}, bytes_of(sources));
}

void matching(Steps& steps) {
    steps.note("matches");
    srtp_test_create create{};
    create.config = configure(usual);
    steps.add(step(Kind::create, out_side, 0), bytes_of(create));
    steps.add(step(Kind::matches, out_side, 1), bytes_of(create.config));
    for (size_t at = 0; at < sizeof create.config; at++) {
        Bytes other = bytes_of(create.config);
        other[at] ^= 1 << upto(7);
        steps.add(step(Kind::matches, out_side, 0), other);
    }
}

} // namespace making
