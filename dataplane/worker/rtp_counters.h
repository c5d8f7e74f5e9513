// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "common/state/record.h"
#include "dataplane/rtp/packet.h"

namespace rtpengine::dataplane {

// Per-SSRC and per-payload-type counters of a stream's record. A fifth SSRC replaces the oldest; a seventh
// payload type the one with the fewest packets.
class RtpCounters {
  public:
    void count(state::StreamRecord& record, const rtp::Packet& packet, std::size_t bytes);

  private:
    unsigned find(state::StreamRecord& record, std::uint32_t ssrc);

    // flow::Sequence::window of each SSRC; not worth keeping over a restart.
    std::array<std::uint64_t, state::max_ssrcs> windows_{};
    std::uint8_t current_ = 0, oldest_ = 0;
};

} // namespace rtpengine::dataplane
