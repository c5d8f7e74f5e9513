// SPDX-License-Identifier: Apache-2.0
#include "common/base/clock.h"

#include <type_traits>

#include <doctest/doctest.h>

namespace rtpengine {

// Who compares a moment with what people read doesn't compile.
template <class A, class B> concept comparable = requires(A a, B b) { a < b; };
template <class A, class B> concept subtractable = requires(A a, B b) { a - b; };
static_assert(comparable<BootTime, BootTime>);
static_assert(!comparable<BootTime, WallTime> && !subtractable<BootTime, WallTime>);
static_assert(!std::is_convertible_v<BootTime, WallTime> && !std::is_convertible_v<WallTime, BootTime>);
static_assert(!std::is_convertible_v<std::uint64_t, BootTime>);

TEST_CASE("a moment is shown by the wall clock, the same one always as the same") {
    const auto before = std::chrono::system_clock::now();
    const auto moment = BootClock::now();
    const auto after = std::chrono::system_clock::now();
    using namespace std::chrono_literals;
    CHECK(shown(moment) >= before - 1ms);
    CHECK(shown(moment) <= after + 1ms);
    CHECK(std::chrono::abs(shown(moment) - shown(moment)) <= 1ms);
    CHECK(shown(moment - 2h) <= after - 2h + 1ms);
    CHECK(shown_s(moment) == shown_us(moment) / 1'000'000);
}

TEST_CASE("a moment is kept as a number; none is the earliest of all") {
    const auto moment = BootClock::now();
    CHECK(boot_time(us_of(moment)) == moment);
    CHECK(us_of(BootTime{}) == 0);
    CHECK(BootTime{} < moment);
    CHECK(seconds_between(moment, moment + std::chrono::milliseconds(2999)) == 2);
}

} // namespace rtpengine
