// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "common/state/record.h"
#include "dataplane/offload/offload.h"
#include "dataplane/worker/records.h"
#include "dataplane/worker/rtp_counters.h"

namespace rtpengine::dataplane {

// Books the final counters of rules exactly once, though this process may be killed between any two of its
// instructions. Either the kernel forgets a rule's counters when it answers: then the answer lies in shared memory. Or it
// knows them until it is told to forget. The journal's phase tells a successor what is left to do:
//
//   idle     nothing
//   calling  if the answer is there, it was done: book it (totals are absolute, so booking again does no harm)
//   booked   close the books, so that the next rule counts on top, and have the kernel forget them
class Ledger {
  public:
    explicit Ledger(Records& records) : records_(records), journal_(records.journal()) {}

    // Before a rule is replaced or withdrawn (`fresh`: before one that replaces none) and after it: with the
    // answer, or without because nothing was done.
    void begin(std::uint32_t slot, bool fresh);
    void finish(RtpCounters& rtp, const std::optional<offload::State>& final);
    void abandon();
    // The stream's rule was withdrawn and the kernel knows it yet; its final state has been booked.
    void settle(std::uint32_t slot, const offload::Key& key, offload::Offload& offload);

    // What a predecessor left unfinished. Before any other call.
    void recover(offload::Offload& offload);

  private:
    enum class Phase : std::uint64_t { idle, calling, booked };
    void enter(Phase phase);
    void name(std::uint32_t slot, std::uint64_t id);
    state::StreamRecord* record();

    Records& records_;
    state::Journal& journal_;
};

} // namespace rtpengine::dataplane
