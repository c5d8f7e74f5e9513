// SPDX-License-Identifier: Apache-2.0
#include "common/base/clock.h"

#include <ctime>
#include <fstream>

namespace rtpengine {

namespace {

std::chrono::nanoseconds read(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// What the wall clock is ahead. Only a step changes it, so of some looks the one that was interrupted least is the best: a
// moment is shown twice as the same.
std::chrono::nanoseconds ahead() {
    constexpr int looks = 3;
    auto least = std::chrono::nanoseconds::max(), found = std::chrono::nanoseconds{};
    for (int i = 0; i < looks; ++i) {
        const auto before = read(CLOCK_BOOTTIME), wall = read(CLOCK_REALTIME), after = read(CLOCK_BOOTTIME);
        if (after - before >= least) continue;
        least = after - before;
        found = wall - before - least / 2;
    }
    return found;
}

} // namespace

BootClock::time_point BootClock::now() {
    return time_point(std::chrono::duration_cast<duration>(read(CLOCK_BOOTTIME)));
}

std::string boot_id() {
    std::string id;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
    return id;
}

WallTime shown(BootTime moment) {
    return WallTime(std::chrono::duration_cast<std::chrono::microseconds>(moment.time_since_epoch() + ahead()));
}

} // namespace rtpengine
