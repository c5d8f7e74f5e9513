// SPDX-License-Identifier: Apache-2.0
// What happened to the packets of one direction. Pure bookkeeping.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace rtpengine::ctl {

class Tally {
  public:
    void sent() { seen_.push_back(false); }
    // `index`: of the packet among those sent.
    void received(std::size_t index, std::chrono::nanoseconds delay);
    void strange() { ++strange_; } // arrived, but is none of ours, or was changed

    std::size_t sent_count() const { return seen_.size(); }
    std::size_t received_count() const { return delays_.size(); } // each packet once
    std::size_t lost() const { return sent_count() - received_count(); }
    std::size_t duplicates() const { return duplicates_; }
    std::size_t strange_count() const { return strange_; }
    // 0 < `share` <= 1: so many of the packets took at most that long. Zero without packets.
    std::chrono::nanoseconds percentile(double share) const;

  private:
    std::vector<bool> seen_;
    std::vector<std::chrono::nanoseconds> delays_;
    std::size_t duplicates_ = 0, strange_ = 0;
};

} // namespace rtpengine::ctl
