// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <type_traits>

#include "dataplane/timing/ring.h"

namespace rtpengine::timing {

class Wheel;

// One deadline of whoever has it as a member: a retransmission, the pace of checks, the end of patience. Times are ms of the
// wheel's clock. Its call may set it again, and may end it and its owner.
class Timer : private Link {
  public:
    // The wheel outlives it. `expired` is kept without memory of its own: it has at most two words.
    template <class Call> Timer(Wheel& wheel, Call expired) : wheel_(wheel), expired_(expired) {
        static_assert(sizeof(Call) <= 2 * sizeof(void*) && std::is_trivially_copyable_v<Call>);
    }
    ~Timer() { stop(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    // Once, `after` from now, instead of what was set before. 0 is 1: never in the turn that sets it.
    void start_ms(std::uint64_t after);
    // The same for those that keep pace by their own deadlines: start_at(due_ms() + 20). What has passed is 1 from now.
    void start_at(std::uint64_t due_ms);
    void stop();
    bool waits() const { return linked(); }
    std::uint64_t due_ms() const { return due_ms_; } // also after it has expired; 0: was never set

  private:
    friend Wheel;
    Wheel& wheel_;
    std::function<void()> expired_;
    std::uint64_t due_ms_ = 0;
    std::uint16_t place_ = 0; // in the wheel, while it waits
};

} // namespace rtpengine::timing
