// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "common/state/record.h"
#include "dataplane/offload/state.h"
#include "dataplane/rtp/packet.h"

namespace rtpengine::dataplane {

// Per-SSRC and per-payload-type counters of a stream's record, of packets in userspace and in the kernel. A
// fifth SSRC replaces the oldest; a seventh payload type the one with the fewest packets.
class RtpCounters {
  public:
    // A packet in userspace.
    void count(state::StreamRecord& record, const rtp::Packet& packet, std::size_t bytes);

    // What the stream's rule in the kernel has counted so far.
    void take_over(state::StreamRecord& record, const offload::Source& source);
    void take_over(state::StreamRecord& record, const offload::PayloadTypeCount& type);

    // What a rule goes on from.
    offload::Sources sources(const state::StreamRecord& record) const;
    // The kernel follows the sequence numbers of the SSRCs in `record` from now on, or no longer.
    void enter_kernel(const state::StreamRecord& record);
    void leave_kernel() { in_kernel_ = 0; }

  private:
    unsigned find(state::StreamRecord& record, std::uint32_t ssrc);
    void follow(state::StreamRecord& record, unsigned place, std::uint16_t number);

    // flow::Sequence::window of each SSRC; not worth keeping over a restart.
    std::array<std::uint64_t, state::max_ssrcs> windows_{};
    std::uint8_t current_ = 0, oldest_ = 0;
    std::uint8_t in_kernel_ = 0; // bit n: the rule counts SSRC n
};

} // namespace rtpengine::dataplane
