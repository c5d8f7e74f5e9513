// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "common/uv/loop.h"

namespace rtpengine::dataplane {

// Decides when to look for packets. As long as few come, each wakes the worker at once and waits for nothing. Under
// load waking up is what costs most, so the worker looks every `interval_us` instead and finds several packets
// together: one system call then sends them all. docs/dataplane.md has the measurements behind the numbers.
class Gatherer {
  public:
    // `descriptor` is readable when packets wait; `work` handles those that wait and returns how many there were.
    // The descriptor outlives the gatherer.
    Gatherer(uv::Loop& loop, int descriptor, std::function<std::size_t()> work);

    static constexpr std::uint64_t interval_us = 500;

  private:
    void woken();
    void ticked();
    void set_gathering(bool on);

    std::function<std::size_t()> work_;
    Fd timer_;
    bool gathering_ = false;
    unsigned calm_ = 0;                     // ticks in a row with little to do
    std::uint64_t span_start_us_ = 0;       // of counting packets while not gathering
    std::size_t packets_ = 0, wakeups_ = 0; // since then
    uv::Poll on_packets_, on_tick_;
};

} // namespace rtpengine::dataplane
