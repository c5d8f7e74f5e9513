// SPDX-License-Identifier: Apache-2.0
#include "ctl/selftest/tally.h"

#include <doctest/doctest.h>

using namespace rtpengine::ctl;
using namespace std::chrono_literals;

TEST_CASE("each packet counts once") {
    Tally tally;
    for (int i = 0; i < 4; ++i)
        tally.sent();
    tally.received(0, 1ms);
    tally.received(2, 3ms);
    tally.received(2, 9ms);
    tally.received(4, 1ms); // never sent
    tally.strange();
    CHECK(tally.received_count() == 2);
    CHECK(tally.lost() == 2);
    CHECK(tally.duplicates() == 1);
    CHECK(tally.strange_count() == 2);
}

TEST_CASE("percentiles") {
    Tally tally;
    CHECK(tally.percentile(0.5) == 0ns);
    for (int i = 0; i < 100; ++i)
        tally.sent();
    for (int i = 99; i >= 0; --i)
        tally.received(static_cast<std::size_t>(i), (i + 1) * 1ms);
    CHECK(tally.percentile(0.5) == 50ms);
    CHECK(tally.percentile(0.99) == 99ms);
    CHECK(tally.percentile(1) == 100ms);
    CHECK(tally.percentile(0.001) == 1ms);
}
