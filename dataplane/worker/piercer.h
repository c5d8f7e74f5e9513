// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "dataplane/io/egress.h"
#include "dataplane/timing/timer.h"
#include "dataplane/worker/streams.h"

namespace rtpengine::dataplane {

// pierce-NAT: sends empty packets to peers that asked for it, at once and then four times a second, until
// something comes from them.
class Piercer {
  public:
    // All of them outlive it.
    Piercer(timing::Wheel& wheel, Streams& streams, io::Egress& egress);

    // The stream of `slot` has been set.
    void consider(std::uint32_t slot);

  private:
    struct Target {
        std::uint32_t slot;
        std::uint64_t stream;
        std::uint16_t sequence;
        std::uint32_t ssrc;
    };
    // False: this target needs no more.
    bool pierce(Target& target);
    void tick();

    Streams& streams_;
    io::Egress& egress_;
    std::vector<Target> targets_;
    timing::Timer timer_;
};

} // namespace rtpengine::dataplane
