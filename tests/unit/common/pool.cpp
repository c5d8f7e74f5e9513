// SPDX-License-Identifier: Apache-2.0
#include "common/base/pool.h"

#include <random>
#include <set>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

using namespace rtpengine;

namespace {

struct Thing {
    Thing(std::set<const Thing*>& living, int value) : living(living), value(value) {
        if (value < 0) throw std::runtime_error("no");
        living.insert(this);
    }
    ~Thing() { living.erase(this); }
    Thing(const Thing&) = delete;
    Thing& operator=(const Thing&) = delete;

    std::set<const Thing*>& living;
    int value;
};

struct Fixture {
    std::set<const Thing*> living;
    Pool<Thing> pool{4};
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "a pool has its places and no more; who lets go of one gives it to others") {
    std::vector<Pool<Thing>::Handle> held;
    for (int i = 0; i < 4; ++i) held.push_back(pool.take(living, i));
    CHECK(living.size() == 4);
    CHECK(pool.free() == 0);
    CHECK_FALSE(pool.take(living, 4));
    held[1].reset();
    CHECK(pool.free() == 1);
    auto again = pool.take(living, 5);
    REQUIRE(again);
    CHECK(again->value == 5);
    CHECK(held[0]->value == 0);
    CHECK(held[2]->value == 2);
}

TEST_CASE_FIXTURE(Fixture, "a handle that moves takes the thing along, and what the other one had goes") {
    auto one = pool.take(living, 1), two = pool.take(living, 2);
    const auto* first = one.get();
    two = std::move(one);
    CHECK(two.get() == first);
    CHECK_FALSE(one);
    CHECK(living == std::set<const Thing*>{first});
    CHECK(pool.free() == 3);
}

TEST_CASE_FIXTURE(Fixture, "what can't be made takes no place") {
    CHECK_THROWS(pool.take(living, -1));
    CHECK(pool.free() == 4);
}

TEST_CASE_FIXTURE(Fixture, "no place is anybody's twice, or lost, whatever comes and goes") {
    std::mt19937 random(1);
    std::vector<Pool<Thing>::Handle> held(8);
    for (int i = 0; i < 10'000; ++i) {
        auto& one = held[random() % held.size()];
        switch (random() % 3) {
        case 0: one = pool.take(living, i); break;
        case 1: one.reset(); break;
        default: one = std::move(held[random() % held.size()]); break;
        }
        std::set<const Thing*> all;
        for (const auto& handle : held)
            if (handle) REQUIRE(all.insert(handle.get()).second);
        REQUIRE(all == living);
        REQUIRE(pool.free() == 4 - all.size());
    }
}
