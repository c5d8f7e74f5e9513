// SPDX-License-Identifier: Apache-2.0
#include "dataplane/offload/due.h"

#include <vector>

#include <doctest/doctest.h>

using namespace rtpengine::offload;

TEST_CASE("what is due is taken in the order of time, some at a time, and once") {
    Due<int> due;
    for (const int thing : {5, 3, 9, 1}) due.add(thing, static_cast<unsigned>(thing) * 10);
    due.add(9, 0); // is there already
    due.remove(3);
    due.remove(4); // isn't there
    std::vector<int> taken;
    const auto take = [&](std::uint64_t now_us, unsigned some) { return due.take(now_us, some, [&](int thing) { taken.push_back(thing); }); };
    CHECK_FALSE(take(9, 10));
    CHECK(taken.empty());
    CHECK(take(100, 2));
    CHECK(taken == std::vector{1, 5});
    CHECK_FALSE(take(100, 2));
    CHECK(taken == std::vector{1, 5, 9});
    due.add(9, 200); // may come again
    CHECK_FALSE(take(199, 1));
    CHECK_FALSE(take(200, 2));
    CHECK(taken.size() == 4);
}
