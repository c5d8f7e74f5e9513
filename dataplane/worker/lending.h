// SPDX-License-Identifier: Apache-2.0
// SRTP in the kernel: which indices of an SSRC are the kernel's to use, and which are ours. docs/srtp.md, "Into the kernel and back".
#pragma once

#include <optional>

#include "common/state/record.h"
#include "dataplane/offload/state.h"
#include "dataplane/worker/stream.h"

namespace rtpengine::dataplane {

// So many sequence numbers after the latest one stay ours: of packets that are on their way to us when the kernel begins.
constexpr unsigned kept_numbers = 32;

// How a side would be protected in the kernel; nullopt: it can't be, or has several keys.
std::optional<offload::Side> side_of(const std::shared_ptr<Protection>& protection);

// Where a rule for the stream would begin: SSRCs of `sources` that every side of the rule knows. None: nothing is to be given yet.
offload::Start start_of(const Stream& stream, const offload::Rule& rule, const offload::Sources& sources, const srtp::Turn& turn);
// Notes that: from now on the kernel's indices are refused here.
void lend(const Stream& stream, const offload::Rule& rule, const offload::Start& start);

// The rest is about records, whoever wrote them.
bool has_lent(state::StreamRecord& record);
// What the kernel has used so far of what it was lent is used.
void book_used(state::StreamRecord& record, const offload::State& state, const srtp::Turn& turn);
// Nobody in the kernel uses any of it any more.
void take_back(state::StreamRecord& record);

// What a stream has lent of what it sends, which may outlive its sinks; they stay until it is taken back.
class LentToSend {
  public:
    explicit LentToSend(state::StreamRecord& record);
    void book_used(const offload::State& state, const srtp::Turn& turn) const;
    void take_back() const;

  private:
    struct To {
        std::uint64_t stream; // of the sink
        state::ProtectionRecord* first;
    };
    std::uint64_t lender_;
    std::vector<To> lists_;
};

// Of plain RTP: it would leave under an index that is the kernel's.
bool leaves_lent(const Stream& stream, srtp::Bytes packet, const srtp::Turn& turn);

} // namespace rtpengine::dataplane
