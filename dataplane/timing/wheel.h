// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "dataplane/timing/clock.h"
#include "dataplane/timing/timer.h"

namespace rtpengine::timing {

// Deadlines of 1 ms, of thousands: to set one or to drop it costs the same, however many wait, and no memory. Eleven circles of
// 64 places: a place of the first is 1 ms, of each further one as long as the whole circle before. A deadline stands in the
// circle of the highest six bits in which it differs from now; so what stands in a circle is later than all in those before
// it, and comes to one of them when its place's time begins. There is no longest time.
class Wheel {
  public:
    static constexpr unsigned most_at_once = 256; // calls of a turn; what is left follows with the next one

    explicit Wheel(Clock& clock) : clock_(clock) {} // outlives it; the timers don't
    Wheel(const Wheel&) = delete;
    Wheel& operator=(const Wheel&) = delete;

    // The clock says that it is time. Calls whoever's deadline has come, by deadlines; those of the same one as they were set.
    void turn();
    std::size_t waiting() const { return waiting_; }

  private:
    friend Timer;
    static constexpr unsigned bits = 6, places = 1u << bits, circles = (64 + bits - 1) / bits;
    static constexpr std::uint64_t never = ~std::uint64_t{0};

    void add(Timer& timer, std::uint64_t due_ms);
    void remove(Timer& timer);
    void enter(Timer& timer);
    void leave(Timer& timer);
    unsigned first_circle() const;
    std::uint64_t next() const;
    bool step();
    void spread(unsigned circle, unsigned place);
    void catch_up(std::uint64_t now_ms);

    Clock& clock_;
    std::array<std::array<Link, places>, circles> rings_;
    std::array<std::uint64_t, circles> used_{}; // bit n: there is something in place n
    std::uint64_t now_ms_ = 0;     // all before it is done
    std::uint64_t asked_ = never; // of the clock: to be woken then
    std::size_t waiting_ = 0;
    bool turning_ = false;
};

} // namespace rtpengine::timing
