// SPDX-License-Identifier: Apache-2.0
// Whatever is set, moved, stopped and destroyed at random, also by those that are called: the wheel does what a sorted list does.
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "fake_clock.h"

using namespace rtpengine;

namespace {

class Walk {
  public:
    explicit Walk(unsigned seed) : random_(seed), timers_(100) {
        clock_.now = random_() >> (2 + roll(62));
        for (unsigned who = 0; who < timers_.size(); ++who) make(who);
    }
    void step() {
        if (roll(3)) return change();
        roll(2) ? clock_.pass(wheel_, some()) : jump();
        check();
    }
    std::uint64_t calls() const { return calls_; }

  private:
    using Key = std::pair<std::uint64_t, std::uint64_t>; // due, in the order in which they were set

    unsigned roll(unsigned n) { return static_cast<unsigned>(random_() % n); }
    std::uint64_t some() { return (random_() & 0xffff'ffff'ffff) >> (20 + roll(28)); } // up to some days, mostly short

    void make(unsigned who) {
        timers_[who] = std::make_unique<timing::Timer>(wheel_, [this, who] { expired(who); });
    }
    void change() {
        const auto who = roll(static_cast<unsigned>(timers_.size()));
        switch (roll(8)) {
        case 0: return stop(who);
        case 1: return forget(who), make(who);
        case 2: return set_at(who, roll(2) ? clock_.now + some() : clock_.now - std::min(clock_.now, some()));
        default: return set(who, some());
        }
    }
    void set(unsigned who, std::uint64_t after) {
        timers_[who]->start_ms(after);
        keep(who, clock_.now + after);
    }
    void set_at(unsigned who, std::uint64_t due) {
        timers_[who]->start_at(due);
        keep(who, due);
    }
    void stop(unsigned who) {
        timers_[who]->stop();
        drop(who);
    }
    void forget(unsigned who) {
        drop(who);
        timers_[who].reset();
    }

    // ---- the list ----
    void keep(unsigned who, std::uint64_t due) {
        drop(who);
        const Key key{std::max(due, clock_.now + 1), ++set_};
        list_.emplace(key, who);
        keys_[who] = key;
    }
    void drop(unsigned who) {
        if (const auto at = keys_.find(who); at != keys_.end()) list_.erase(at->second), keys_.erase(at);
    }
    // Nobody comes too early, or before another one.
    void expired(unsigned who) {
        ++calls_;
        REQUIRE_FALSE(list_.empty());
        REQUIRE(list_.begin()->second == who);
        REQUIRE(list_.begin()->first.first <= clock_.now);
        REQUIRE(timers_[who]->due_ms() == list_.begin()->first.first);
        if (in_time_) REQUIRE(timers_[who]->due_ms() == clock_.now);
        drop(who);
        while (!roll(3)) change(); // also itself
    }
    // A loop that is late: many are due.
    void jump() {
        in_time_ = false;
        clock_.now += some();
        while (clock_.wake && *clock_.wake <= clock_.now) clock_.turn(wheel_);
        in_time_ = true;
    }
    // Nobody is overlooked, and nobody woken for nothing.
    void check() {
        REQUIRE(wheel_.waiting() == list_.size());
        if (list_.empty()) REQUIRE_FALSE(clock_.wake);
        else REQUIRE((list_.begin()->first.first > clock_.now && clock_.wake && *clock_.wake <= list_.begin()->first.first));
        for (unsigned who = 0; who < timers_.size(); ++who) REQUIRE(timers_[who]->waits() == keys_.contains(who));
    }

    std::mt19937_64 random_;
    test::FakeClock clock_;
    timing::Wheel wheel_{clock_};
    std::map<Key, unsigned> list_;
    std::map<unsigned, Key> keys_;
    std::vector<std::unique_ptr<timing::Timer>> timers_;
    std::uint64_t set_ = 0, calls_ = 0;
    bool in_time_ = true;
};

} // namespace

TEST_CASE("the wheel does what a sorted list does") {
    std::uint64_t calls = 0;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        Walk walk(seed);
        for (int i = 0; i < 1500; ++i) walk.step();
        calls += walk.calls();
    }
    CHECK(calls > 10'000);
}
