// SPDX-License-Identifier: Apache-2.0
#include "dataplane/timing/wheel.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "../../failing_new.h"
#include "fake_clock.h"

using namespace rtpengine;
using timing::Timer;
using timing::Wheel;

namespace {

struct Fixture {
    test::FakeClock clock;
    Wheel wheel{clock};
    std::string called;

    void pass(std::uint64_t ms) { clock.pass(wheel, ms); }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "a timer expires once, in its millisecond, however far away that is") {
    unsigned calls = 0;
    Timer timer(wheel, [&calls] { ++calls; });
    CHECK_FALSE(clock.wake);
    for (const std::uint64_t after : {1ull, 2ull, 63ull, 64ull, 65ull, 4095ull, 4096ull, 5000ull, 262'144ull, 86'400'000ull, 1ull << 40, 1ull << 62}) {
        CAPTURE(after);
        calls = 0;
        timer.start_ms(after);
        CHECK(timer.due_ms() == clock.now + after);
        CHECK(timer.waits());
        pass(after - 1);
        CHECK(calls == 0);
        pass(1);
        CHECK(calls == 1);
        CHECK_FALSE(timer.waits());
        CHECK_FALSE(clock.wake);
        CHECK(wheel.waiting() == 0);
    }
}

TEST_CASE_FIXTURE(Fixture, "no time is too long, and none comes round") {
    Timer timer(wheel, [this] { called += "!"; });
    for (const auto after : {~0ull, ~0ull - clock.now, 1ull << 63}) {
        timer.start_ms(after);
        pass(1ull << 62);
        CHECK(timer.waits());
    }
    CHECK(called.empty());
}

TEST_CASE_FIXTURE(Fixture, "one that is set anew has its new time alone, earlier or later") {
    Timer timer(wheel, [this] { called += "x"; });
    timer.start_ms(20);
    timer.start_ms(500);
    pass(499);
    CHECK(called.empty());
    timer.start_ms(500);
    timer.start_ms(7);
    pass(7);
    CHECK(called == "x");
    pass(10'000);
    CHECK(called == "x");
}

TEST_CASE_FIXTURE(Fixture, "who is stopped, or gone, isn't called, and nobody is woken for it") {
    Timer stays(wheel, [this] { called += "s"; });
    {
        Timer stopped(wheel, [this] { called += "!"; }), goes(wheel, [this] { called += "!"; });
        stopped.start_ms(5);
        goes.start_ms(5);
        stopped.stop();
        stopped.stop();
        CHECK(wheel.waiting() == 1);
    }
    CHECK_FALSE(clock.wake);
    stays.start_ms(6);
    pass(6);
    CHECK(called == "s");
}

TEST_CASE_FIXTURE(Fixture, "by deadlines; of the same one as they were set, whichever circles they have gone through") {
    Timer a(wheel, [this] { called += "a"; }), b(wheel, [this] { called += "b"; }), c(wheel, [this] { called += "c"; }),
        d(wheel, [this] { called += "d"; });
    const auto due = clock.now + 5000;
    a.start_at(due);
    d.start_at(due + 1);
    pass(4000);
    b.start_at(due);
    pass(990);
    c.start_at(due);
    SUBCASE("in time") { pass(11); }
    SUBCASE("late") {
        clock.now += 1000;
        clock.turn(wheel);
    }
    CHECK(called == "abcd");
}

TEST_CASE_FIXTURE(Fixture, "nothing expires in the turn that sets it: not with 0, not in the past") {
    Timer again(wheel, [this] { called += "."; });
    struct Chain {
        Timer timer;
        unsigned calls = 0;
        explicit Chain(Wheel& wheel)
            : timer(wheel, [this] {
                  ++calls;
                  timer.start_at(0);
              }) {}
    } chain(wheel);
    chain.timer.start_ms(0);
    CHECK(chain.calls == 0);
    clock.now += 100; // late
    clock.turn(wheel);
    CHECK(chain.calls == 1);
    CHECK(clock.wake == clock.now + 1);
    pass(3);
    CHECK(chain.calls == 4);
}

TEST_CASE_FIXTURE(Fixture, "the pace is kept by deadlines, also by a loop that is late") {
    struct Pacer {
        Timer timer;
        std::vector<std::uint64_t> at;
        explicit Pacer(Wheel& wheel) : timer(wheel, [this] {
            at.push_back(timer.due_ms());
            timer.start_at(timer.due_ms() + 20);
        }) {}
    } pacer(wheel);
    const auto start = clock.now;
    pacer.timer.start_ms(20);
    for (int i = 0; i < 5; ++i) {
        clock.now = *clock.wake + 7;
        clock.turn(wheel);
    }
    CHECK(pacer.at.back() <= clock.now);
    for (std::size_t i = 0; i < pacer.at.size(); ++i) CHECK(pacer.at[i] == start + 20 * (i + 1));
}

TEST_CASE_FIXTURE(Fixture, "a call may end its own timer, and others whose time has come as well") {
    std::unique_ptr<Timer> other;
    auto own = std::make_unique<std::unique_ptr<Timer>>();
    struct Both {
        std::unique_ptr<Timer>&own, &other;
        std::string& called;
    } both{*own, other, called};
    *own = std::make_unique<Timer>(wheel, [&both] {
        both.own.reset();
        both.other.reset();
        both.called += "own";
    });
    other = std::make_unique<Timer>(wheel, [this] { called += "!"; });
    (*own)->start_ms(3);
    other->start_ms(3);
    pass(10);
    CHECK(called == "own");
    CHECK(wheel.waiting() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a turn has an end, however many are due: the others follow, each once") {
    unsigned calls = 0;
    std::vector<std::unique_ptr<Timer>> timers;
    for (unsigned i = 0; i < 3 * Wheel::most_at_once; ++i) {
        timers.push_back(std::make_unique<Timer>(wheel, [&calls] { ++calls; }));
        timers.back()->start_ms(50);
    }
    clock.now += 50;
    clock.turn(wheel);
    CHECK(calls == Wheel::most_at_once);
    REQUIRE(clock.wake);
    CHECK(*clock.wake <= clock.now);
    pass(0);
    CHECK(calls == timers.size());
    CHECK_FALSE(clock.wake);
}

TEST_CASE_FIXTURE(Fixture, "no timer needs memory: not to be made, set, moved, called or dropped") {
    test::allocations_left = 1'000'000;
    struct Pacer {
        Timer timer;
        explicit Pacer(Wheel& wheel) : timer(wheel, [this] { timer.start_at(timer.due_ms() + 20); }) {}
    };
    for (unsigned round = 0; round < 10; ++round) {
        Pacer one(wheel), two(wheel), three(wheel);
        one.timer.start_ms(round * 100);
        two.timer.start_ms(1);
        three.timer.start_ms(1);
        pass(1000);
        one.timer.start_ms(10'000'000);
    }
    const auto taken = 1'000'000 - std::exchange(test::allocations_left, 0);
    CHECK(taken == 0);
}

TEST_CASE_FIXTURE(Fixture, "the clock is asked for few calls: a timer of 500 ms costs two") {
    Timer timer(wheel, [] {});
    timer.start_ms(500);
    pass(500);
    CHECK_FALSE(timer.waits());
    CHECK(clock.turns <= 2);
}
