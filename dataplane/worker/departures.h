// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

#include "dataplane/offload/offload.h"
#include "dataplane/worker/ledger.h"
#include "dataplane/worker/lending.h"
#include "dataplane/worker/streams.h"

namespace rtpengine::dataplane {

// Rules that were withdrawn while packets may have been on their way through them: what they have counted since is collected
// when the kernel says that it is final, some ticks later. Until then the stream's record says where the rule was, so that a
// successor finds it.
class Departures {
  public:
    Departures(Records& records, Streams& streams) : records_(records), streams_(streams) {}

    // `slot`: of the stream that the rule was for, which may be closed by now; `counted`: so far, and booked.
    void add(std::uint32_t slot, const offload::State& counted);
    bool contains(std::uint64_t id) const { return by_id_.contains(id); }
    std::size_t size() const { return waiting_.size(); }
    // The stream's sinks may have changed.
    void changed(std::uint64_t id);
    // Books `some` of those that are final by now, with two calls of the kernel each. True: there may be more.
    Result<bool> collect(offload::Offload& offload, Ledger& ledger, unsigned some);
    void clear();

  private:
    struct Departure {
        std::uint32_t slot;
        offload::State counted;
        std::optional<LentToSend> lent; // none: the stream was closed before
    };
    Result<bool> collect_first(offload::Offload& offload, Ledger& ledger);
    void book(const Departure& departure, const offload::State& final);
    void gone();
    state::StreamRecord* record_of(const Departure& departure);

    Records& records_;
    Streams& streams_;
    std::deque<Departure> waiting_; // in the order in which they were withdrawn
    std::unordered_map<std::uint64_t, const Departure*> by_id_;
};

} // namespace rtpengine::dataplane
