// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "common/base/fd.h"
#include "common/uv/loop.h"

namespace rtpengine::dataplane {

// Has packets worked on when they wait. Each wakes the worker at once, as long as that leaves it time enough. When a good
// part of its core is used up, capacity is worth more than delay, and waking up is what costs most: then it looks every
// `interval_us` instead, and finds several packets together. docs/performance.md has the measurements behind the numbers.
class Intake {
  public:
    static constexpr long interval_us = 500;
    static constexpr double busy = 0.3, calm = 0.15; // share of a core from which on, below which

    // `descriptors` are readable when packets wait and outlive us. `work` returns true when it left some, which the
    // descriptors need not tell again: the loop's next round goes on with them.
    Intake(uv::Loop& loop, const std::vector<int>& descriptors, std::function<bool()> work);
    void start(); // once; looks at nothing before

  private:
    void woken();
    void ticked();
    void watch_packets(bool on);
    void set_gathering(bool on);

    std::function<bool()> work_;
    std::vector<std::unique_ptr<uv::Poll>> on_packets_;
    Fd timer_;
    uv::Poll on_tick_;
    uv::Idle next_round_;
    bool gathering_ = false;
    std::uint64_t span_start_ns_ = 0, span_cpu_ns_ = 0; // of the span that decides; clock and CPU time at its start
};

} // namespace rtpengine::dataplane
