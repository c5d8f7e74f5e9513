// SPDX-License-Identifier: Apache-2.0
#include "control/call/registry.h"

#include <vector>

#include <doctest/doctest.h>

#include "common/uv/chores.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

struct Calls {
    Registry registry;

    std::shared_ptr<Call> add(std::uint64_t number) {
        auto call = std::make_shared<Call>();
        call->number = number;
        call->id = "call " + std::to_string(number);
        registry.add(call);
        return call;
    }
    // All of them, in pieces; `meanwhile` is called between two.
    template <class Meanwhile> std::vector<std::uint64_t> round(std::size_t piece, Meanwhile meanwhile) {
        std::vector<std::uint64_t> seen;
        std::uint64_t after = 0;
        do {
            after = registry.walk(after, piece, [&](const auto& call) { seen.push_back(call->number); });
            meanwhile();
        } while (after);
        return seen;
    }
};

} // namespace

TEST_CASE_FIXTURE(Calls, "a round in pieces sees each call once, whatever the pieces") {
    for (const auto number : {5u, 1u, 9u, 3u}) add(number);
    for (std::size_t piece = 1; piece < 6; ++piece)
        CHECK(round(piece, [] {}) == std::vector<std::uint64_t>{1, 3, 5, 9});
    CHECK(Calls{}.round(3, [] {}).empty());
}

TEST_CASE_FIXTURE(Calls, "calls that come and go meanwhile don't hide the others") {
    for (std::uint64_t number = 10; number <= 50; number += 10) add(number);
    int turn = 0;
    const auto seen = round(1, [&] {
        if (++turn == 1) registry.remove(*registry.find("call 20")), add(15);
        if (turn == 2) registry.remove(*registry.find("call 15")), registry.remove(*registry.find("call 10"));
        if (turn == 3) add(60);
    });
    CHECK(seen == std::vector<std::uint64_t>{10, 15, 30, 40, 50, 60});
}

TEST_CASE_FIXTURE(Calls, "who visits may end any call, this one and the next ones too") {
    for (std::uint64_t number = 1; number <= 6; ++number) add(number);
    std::vector<std::uint64_t> seen;
    std::uint64_t after = 0;
    do
        after = registry.walk(after, 2, [&](const auto& call) {
            seen.push_back(call->number);
            if (call->number % 2 == 0) return;
            registry.remove(*call);
            registry.remove(*registry.find("call " + std::to_string(call->number + 1)));
        });
    while (after);
    CHECK(seen == std::vector<std::uint64_t>{1, 3, 5});
    CHECK(registry.size() == 0);
}

TEST_CASE_FIXTURE(Calls, "sums are what the calls have that are here") {
    const auto one = add(1), two = add(2);
    registry.count(*one, {1, 0, 0, 4});
    registry.count(*two, {0, 2, 0, 2});
    registry.count(*one, {0, 0, 3, 4});
    CHECK(registry.total().userspace == 0);
    CHECK(registry.total().mixed == 3);
    CHECK(registry.total().ports == 6);
    registry.remove(*one);
    registry.count(*one, {7, 7, 7, 7}); // it is gone
    CHECK(registry.total().kernel == 2);
    CHECK(registry.total().mixed == 0);
    CHECK(registry.total().ports == 2);
}

TEST_CASE_FIXTURE(Calls, "100,000 calls are gone over, and ended, without a long turn") {
    constexpr std::uint64_t calls = 100'000;
    for (std::uint64_t number = 1; number <= calls; ++number) add(number);
    uv::Loop loop;
    uv::Chores chores(loop);
    std::uint64_t after = 0, seen = 0, ended = 0;
    const auto step = [&](auto visit) { return (after = registry.walk(after, 32, visit)) == 0; };
    chores.add([&] { return step([&](const auto& call) { registry.count(*call, {1, 0, 0, 4}), ++seen; }); });
    loop.run();
    CHECK(seen == calls);
    CHECK(registry.total().ports == 4 * calls);
    chores.add([&] { return step([&](const auto& call) { registry.remove(*call), ++ended; }); });
    loop.run();
    CHECK(ended == calls);
    CHECK(registry.total().ports == 0);
    CHECK(loop.turns().cpu.longest_us() < 10'000);
}
