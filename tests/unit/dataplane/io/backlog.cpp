// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/backlog.h"

#include <cstdlib>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/resource.h>

using rtpengine::io::Backlog;

namespace {

std::span<const std::uint8_t> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text_of(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

} // namespace

TEST_CASE("a backlog is first in, first out, whatever comes and goes, and refuses only what would be too much") {
    std::minstd_rand random(20);
    Backlog backlog;
    std::deque<std::string> expected;
    std::size_t bytes = 0, refused = 0;
    for (unsigned i = 0; i < 20'000; ++i) {
        const std::string head(random() % 20, static_cast<char>(i)), tail(random() % 3000, static_cast<char>(i / 7));
        const bool growing = i / 4000 % 2 == 0;
        if (random() % 8 < (growing ? 6u : 2u)) {
            const auto size = head.size() + tail.size() + 4;
            if (backlog.push(bytes_of(head), bytes_of(tail))) {
                expected.push_back(head + tail);
                bytes += size;
            } else {
                ++refused;
                CHECK(bytes + size > Backlog::capacity / 2);
            }
            REQUIRE(bytes <= Backlog::capacity);
        } else if (!expected.empty()) {
            REQUIRE(text_of(backlog.front()) == expected.front());
            bytes -= expected.front().size() + 4;
            expected.pop_front();
            backlog.pop();
        }
        REQUIRE(backlog.size() == expected.size());
    }
    CHECK(refused > 0);
    backlog.clear();
    CHECK(backlog.empty());
    CHECK(backlog.push(bytes_of("a"), bytes_of("b")));
    CHECK(text_of(backlog.front()) == "ab");
}

#ifndef __SANITIZE_ADDRESS__ // whose allocator ends the process
TEST_CASE("a backlog for which there is no memory has no room, and has some when there is memory again" * doctest::test_suite("kernel")) {
    Backlog backlog;
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_DATA, &before) == 0);
    const rlimit none{1, before.rlim_max}; // Linux takes 0 for the hard limit
    std::vector<std::unique_ptr<void, decltype(&std::free)>> taken; // what is free already
    taken.reserve(100);
    REQUIRE(setrlimit(RLIMIT_DATA, &none) == 0);
    while (taken.size() < 100) {
        auto* memory = std::malloc(Backlog::capacity);
        if (!memory) break;
        taken.emplace_back(memory, &std::free);
    }
    const bool pushed = backlog.push(bytes_of("a"), bytes_of("b"));
    REQUIRE(setrlimit(RLIMIT_DATA, &before) == 0);
    CHECK_FALSE(pushed);
    CHECK(backlog.empty());
    CHECK(backlog.push(bytes_of("a"), bytes_of("b")));
    CHECK(text_of(backlog.front()) == "ab");
}
#endif
