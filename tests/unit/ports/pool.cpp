// SPDX-License-Identifier: Apache-2.0
#include "control/ports/pool.h"

#include <set>

#include <doctest/doctest.h>

using namespace rtpengine::ports;

namespace {

std::mt19937_64 random_source(7);

} // namespace

TEST_CASE("pairs start at an even port and every pair of the range is found") {
    Pool pool(30001, 30010, {}, random_source);
    std::set<unsigned> pairs;
    while (const auto first = pool.take(2)) {
        CHECK(*first % 2 == 0);
        pairs.insert(*first);
    }
    CHECK(pairs == std::set<unsigned>{30002, 30004, 30006, 30008});
    CHECK(pool.used() == 8);
}

TEST_CASE("single ports fill what pairs leave over") {
    Pool pool(30001, 30004, {}, random_source);
    CHECK(pool.take(2) == 30002);
    std::set<unsigned> singles;
    while (const auto port = pool.take(1)) singles.insert(*port);
    CHECK(singles == std::set<unsigned>{30001, 30004});
}

TEST_CASE("a port that was given back is the last to be handed out again") {
    Pool pool(30000, 30007, {}, random_source);
    const auto first = *pool.take(2);
    pool.give_back(first);
    pool.give_back(static_cast<std::uint16_t>(first + 1));
    for (int i = 0; i < 3; ++i) CHECK(*pool.take(2) != first);
    CHECK(pool.take(2) == first);
}

TEST_CASE("excluded ports are never used") {
    Pool pool(30000, 30003, {30001}, random_source);
    CHECK(pool.take(2) == 30002);
    CHECK(pool.take(2) == std::nullopt);
}

TEST_CASE("a port of another program is kept out until its time has come") {
    Pool pool(30000, 30001, {}, random_source);
    {
        const Lease lease(pool, *pool.take(2));
        pool.block(lease.port(), 1000);
    }
    pool.give_back(30001);
    CHECK(pool.used() == 0);
    CHECK(pool.take(2) == std::nullopt);
    pool.unblock_due(999);
    CHECK(pool.take(2) == std::nullopt);
    pool.unblock_due(1000);
    CHECK(pool.take(2) == 30000);
}
