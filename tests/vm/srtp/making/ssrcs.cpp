/* SPDX-License-Identifier: Apache-2.0 */
#include "alone.h"
#include "packets.h"
#include "session.h"

#include <cerrno>
#include <stdexcept>

namespace making {

void many_ssrcs(Steps& steps, bool incoming) {
    steps.note(incoming ? "many SSRCs, incoming" : "many SSRCs, outgoing");
    const rtpengine_srtp config = configure(usual);
    Session out(usual, config, true);
    srtp_test_create create{};
    create.config = config;
    steps.add(step(Kind::create, in_side, 0), bytes_of(create));
    auto send = [&](uint32_t ssrc, uint16_t seq, int err) {
        Bytes plain = rtp_packet(ssrc, seq), made = plain;
        if (out.protect(made, false)) throw std::runtime_error("many_ssrcs");
        if (incoming)
            expect(steps, Kind::unprotect, in_side, made, plain, err, false);
        else
            expect(steps, Kind::protect, in_side, plain, made, err, false);
    };
    for (uint32_t ssrc = 1; ssrc <= 4; ssrc++)
        send(ssrc, 1, 0);
    send(5, 1, -ENOSPC);
    steps.add({.kind = Kind::wait, .side = 0, .rtcp = 0, .room = 31, .result = 0, .input = 0, .expected = 0},
              {});
    for (uint32_t ssrc : {1, 3, 4})
        send(ssrc, 2, 0);
    send(5, 2, 0);
    send(6, 1, -ENOSPC);
    for (uint32_t ssrc : {1, 3, 4, 5})
        send(ssrc, 3, 0);
    steps.add({.kind = Kind::wait, .side = 0, .rtcp = 0, .room = 31, .result = 0, .input = 0, .expected = 0},
              {});
    send(2, 2, -ENOSPC);
    send(6, 2, 0);
}

} // namespace making
