// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>

#include "common/uv/loop.h"
#include "dataplane/timing/clock.h"

namespace rtpengine::timing {

// The time of a round of the loop, and one timer of it, which runs only while somebody waits.
class LoopClock final : public Clock {
  public:
    // `turn`: of the wheel that has this clock.
    LoopClock(uv::Loop& loop, std::function<void()> turn) : loop_(loop), on_time_(loop, std::move(turn)) {}

    std::uint64_t now_ms() const override { return loop_.now_ms(); }
    void wake_at(std::uint64_t due_ms) override { on_time_.start_ms(due_ms > now_ms() ? due_ms - now_ms() : 0); }
    void sleep() override { on_time_.stop(); }

  private:
    uv::Loop& loop_;
    uv::Timer on_time_;
};

} // namespace rtpengine::timing
