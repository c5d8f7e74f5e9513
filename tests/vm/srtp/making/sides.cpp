/* SPDX-License-Identifier: Apache-2.0 */
#include "sides.h"

#include "packets.h"

namespace making {

srtp_test_create created(const rtpengine_srtp& config, bool incoming) {
    srtp_test_create create{};
    create.config = config;
    create.incoming = incoming;
    for (int n = 0; n < RTPENGINE_MAX_SOURCES && !incoming; n++) {
        create.sources[n].ssrc = ssrcs[n];
        create.sources[n].flags = RTPENGINE_SRTP_SOURCE_RTCP;
    }
    return create;
}

void expect(Steps& steps, Kind kind, uint32_t side, const Bytes& packet, const Bytes& made, int err,
            bool is_rtcp) {
    uint32_t room = kind == Kind::protect ? 64 : 0;
    steps.add(step(kind, side, err ? err : int(made.size()), is_rtcp, room), packet, err ? Bytes() : made);
}

} // namespace making
