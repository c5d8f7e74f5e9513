// SPDX-License-Identifier: Apache-2.0
// Two sorts of time, of two types: one that is reckoned with, and one that people read. docs/architecture.md ("Clocks") says
// which clock is used where, and why.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace rtpengine {

// CLOCK_BOOTTIME: nobody sets it, it goes on while the machine sleeps, and all processes of the host have the same.
struct BootClock {
    using duration = std::chrono::microseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<BootClock>;
    static constexpr bool is_steady = true;
    static time_point now();
};

using BootTime = BootClock::time_point; // BootTime{}: never
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;

// Which start of the machine CLOCK_BOOTTIME counts from: times of another one mean nothing. Empty: the system doesn't say.
std::string boot_id();

// A moment by the wall clock, as that is set now. For showing only: the answer to the same question changes with the clock.
WallTime shown(BootTime moment);
inline std::int64_t shown_us(BootTime moment) { return shown(moment).time_since_epoch().count(); }
inline std::int64_t shown_s(BootTime moment) { return shown_us(moment) / 1'000'000; }

// As numbers, in records and messages: microseconds; 0: never.
constexpr std::uint64_t us_of(BootTime moment) { return static_cast<std::uint64_t>(moment.time_since_epoch().count()); }
constexpr BootTime boot_time(std::uint64_t us) {
    return BootTime(BootClock::duration(static_cast<BootClock::rep>(us)));
}
constexpr std::int64_t seconds_between(BootTime from, BootTime to) {
    return std::chrono::duration_cast<std::chrono::seconds>(to - from).count();
}

} // namespace rtpengine
