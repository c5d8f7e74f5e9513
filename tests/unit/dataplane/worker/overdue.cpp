// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/overdue.h"

#include <map>

#include <doctest/doctest.h>

using namespace rtpengine::dataplane;

namespace {

StreamSpec spec(std::uint32_t slot, std::uint64_t id) {
    StreamSpec spec;
    spec.slot = slot;
    spec.id = id;
    return spec;
}

} // namespace

TEST_CASE("every stream has its turn, however many there are") {
    Overdue overdue;
    const auto all = static_cast<std::uint32_t>(3 * Overdue::at_once + 5);
    for (std::uint32_t slot = 0; slot < all; ++slot) overdue.add(spec(slot, slot + 1));
    std::map<std::uint32_t, unsigned> tries;
    for (int turn = 0; turn < 8; ++turn) {
        const auto some = overdue.take_some();
        CHECK(some.size() <= Overdue::at_once);
        for (const auto& one : some) ++tries[one.slot], overdue.add(one);
    }
    CHECK(tries.size() == all);
    for (const auto& [slot, times] : tries) CHECK(times >= 1);
}

TEST_CASE("what control wants anew is not tried as it was") {
    Overdue overdue;
    overdue.add(spec(1, 10)), overdue.add(spec(2, 20)), overdue.add(spec(2, 21));
    overdue.forget(1), overdue.forget(7);
    const auto some = overdue.take_some();
    REQUIRE(some.size() == 1);
    CHECK(some[0].id == 21);
    CHECK(overdue.take_some().empty());
    overdue.add(some[0]);
    overdue.clear();
    CHECK(overdue.take_some().empty());
}
