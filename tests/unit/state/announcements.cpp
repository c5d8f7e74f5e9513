// SPDX-License-Identifier: Apache-2.0
#include "common/state/announcements.h"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace rtpengine;
using state::Announcements;

TEST_CASE("what one process announces another one reads, and can't write") {
    const auto file = Announcements::create(100);
    REQUIRE(file);
    auto control = Announcements::open(duplicate(file->get()), 100, true);
    auto readable = Announcements::readable(*file);
    REQUIRE(control);
    REQUIRE(readable);
    CHECK_FALSE(Announcements::open(duplicate(readable->get()), 100, true));
    const auto worker = Announcements::open(*std::move(readable), 100, false);
    REQUIRE(worker);
    CHECK(worker->get(99) == 0);
    control->set(99, 7);
    CHECK(worker->get(99) == 7);
    CHECK(worker->get(98) == 0);
}

TEST_CASE("the file can't shrink, and one that is too short is refused") {
    const auto file = Announcements::create(2000);
    REQUIRE(file);
    CHECK(ftruncate(file->get(), 0) < 0);
    CHECK_FALSE(Announcements::open(duplicate(file->get()), 3000, true));
}

TEST_CASE("without a file nobody else sees them") {
    auto alone = Announcements::open({}, 10, true);
    REQUIRE(alone);
    alone->set(3, 4);
    CHECK(alone->get(3) == 4);
}
