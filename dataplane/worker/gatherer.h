// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "common/base/fd.h"
#include "common/uv/loop.h"

namespace rtpengine::dataplane {

// Decides when to look for packets. As long as few come, each wakes the worker at once and waits for nothing.
// Under load waking up is what costs most, so the worker looks every `interval_us` instead and finds several
// packets together: one system call then sends them all. docs/dataplane.md has the measurements behind the
// numbers.
class Gatherer {
  public:
    struct Done {
        std::size_t packets;
        bool unfinished; // more wait, and the descriptor need not say so
    };
    // `descriptor` is readable when packets wait; `work` handles those that wait. The descriptor outlives the
    // gatherer.
    Gatherer(uv::Loop& loop, int descriptor, std::function<Done()> work);

    static constexpr long interval_us = 500;

  private:
    void woken();
    void ticked();
    void set_gathering(bool on);

    std::function<Done()> work_;
    Fd timer_;
    std::size_t packets_ = 0;         // in this span
    std::uint64_t span_start_us_ = 0; // while not gathering
    unsigned ticks_ = 0;              // of this span, while gathering
    unsigned calm_ = 0;               // spans in a row with little to do
    uv::Poll on_packets_, on_tick_;
};

} // namespace rtpengine::dataplane
