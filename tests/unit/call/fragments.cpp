// SPDX-License-Identifier: Apache-2.0
#include "control/call/fragments.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

Fragments::Session any() { return std::make_shared<const sdp::Session>(); }

} // namespace

TEST_CASE("fragments are found by call and tag, in their order, for three seconds") {
    Fragments fragments;
    const BootTime start = BootTime{} + std::chrono::hours(1);
    const auto first = any(), second = any();
    fragments.keep("call", "a", first, 10, start);
    fragments.keep("call", "b", any(), 10, start);
    fragments.keep("other", "a", any(), 10, start);
    fragments.keep("call", "a", second, 10, start + std::chrono::seconds(1));
    CHECK(fragments.find("call", "a", start) == std::vector{first, second});
    CHECK(fragments.find("call", "a", start) == std::vector{first, second}); // they stay
    CHECK(fragments.find("call", "c", start).empty());
    CHECK(fragments.find("call", "a", start + std::chrono::milliseconds(3500)) == std::vector{second});
    CHECK(fragments.find("call", "a", start + std::chrono::seconds(5)).empty());
}

TEST_CASE("however many come, few are kept, and none that is long or nobody's") {
    Fragments fragments;
    const BootTime now = BootTime{} + std::chrono::hours(1);
    fragments.keep("call", "a", any(), Fragments::longest + 1, now);
    fragments.keep("call", "", any(), 1, now);
    CHECK(fragments.find("call", "a", now).empty());
    CHECK(fragments.find("call", "", now).empty());
    for (std::size_t i = 0; i < 3 * Fragments::most; ++i) fragments.keep("call", "a", any(), 1, now);
    CHECK(fragments.find("call", "a", now).size() == Fragments::most);
}
