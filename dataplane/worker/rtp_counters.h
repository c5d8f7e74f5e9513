// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/rtp/sequence.h"
#include "common/state/writer.h"
#include "dataplane/offload/state.h"
#include "dataplane/rtp/packet.h"

namespace rtpengine::dataplane {

// Per-SSRC and per-payload-type counters of a stream's record, of packets in userspace and in the kernel. Who is known keeps
// its place: when there are too many SSRCs, a new one gets the place of one that has been silent for long, if there is such
// a one, and what has no place is counted together (StreamRecord::others). Payload types are never too many.
class RtpCounters {
  public:
    static constexpr std::uint64_t silent_us = RTP_SOURCE_SILENT * 1'000'000ull;

    // A packet in userspace, when last_packet_us of `record` is set. Takes memory that is in reserve only.
    void count(state::Writer& writer, state::StreamRecord& record, const rtp::Packet& packet, std::size_t bytes);

    // What the stream's rule in the kernel has counted so far. When the stream has left the kernel already: packets that were on
    // their way meanwhile, beside those that came to userspace.
    void take_over(state::Writer& writer, state::StreamRecord& record, const offload::State& state);

    // What a rule goes on from: the SSRCs that were heard last.
    offload::Sources sources(state::StreamRecord& record) const;
    // The kernel follows the sequence numbers of those from now on, or none any longer.
    void enter_kernel(state::StreamRecord& record);
    void leave_kernel() { in_kernel_ = 0; }

  private:
    struct Found {
        state::SourceRecord* source; // nullptr: there is no place
        unsigned number;             // in the list
    };
    Found find(state::Writer& writer, state::StreamRecord& record, std::uint32_t ssrc, std::uint64_t silent_before_us);
    void follow(unsigned number, state::SourceRecord& source, std::uint16_t sequence) const;
    void count_type(state::Writer& writer, state::StreamRecord& record, std::uint8_t type);
    void follow_rule(state::StreamRecord& record, const offload::Sources& sources);
    void take_over(state::Writer& writer, state::StreamRecord& record, const offload::Source& source);
    void take_late(state::Writer& writer, state::StreamRecord& record, const offload::Source& source);
    bool in_kernel(unsigned number) const { return in_kernel_ >> number & 1; }

    Found current_{nullptr, 0};                      // of the latest packet
    state::PayloadTypeRecord* current_type_ = nullptr; // likewise
    std::uint32_t in_kernel_ = 0; // bit n: the rule counts the n-th SSRC of the list
    static_assert(state::max_sources <= 32);
};

// Adds what a rule's counter is more `now` than when it was `seen` last; nothing where it began anew.
void add_new(state::Counter& to, state::Counter& seen, std::uint64_t now);

} // namespace rtpengine::dataplane
