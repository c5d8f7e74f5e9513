// SPDX-License-Identifier: Apache-2.0
// offload::Bpf on the kernel's maps.
#include <cerrno>
#include <chrono>

#include <doctest/doctest.h>

#include "common/base/clock.h"
#include "world.h"

using namespace rtpengine;
using namespace rtpengine::test;

TEST_CASE("a rule is pushed, read, replaced and withdrawn; counters are final and go on") {
    World world;
    auto rule = world.rule();
    const Packet packet{world.peer, world.port, rtp_of(1)};
    CHECK(world.bpf.get(rule.key).error().code == ENOENT);
    const auto none = world.bpf.withdraw(rule.key);
    REQUIRE(none);
    CHECK_FALSE(*none);
    auto former = world.bpf.push(rule, {});
    REQUIRE(former);
    CHECK_FALSE(*former);
    CHECK_FALSE(world.bpf.latest_answer());
    for (int i = 0; i < 5; ++i)
        CHECK(world.run(Packet{world.peer, world.port, rtp_of(static_cast<std::uint16_t>(i + 1))}).verdict == redirected);
    const auto now = world.bpf.get(rule.key);
    REQUIRE(now);
    CHECK(now->in.packets == 5);
    CHECK(boot_time(now->last_seen_us) >= BootClock::now() - std::chrono::seconds(10));
    CHECK(boot_time(now->last_seen_us) <= BootClock::now());
    rule.destinations[0].to.port++;
    former = world.bpf.push(rule, {});
    REQUIRE(former);
    REQUIRE(*former);
    CHECK((*former)->state.in.packets == 5);
    REQUIRE(world.bpf.latest_answer());
    CHECK(world.bpf.latest_answer()->in.packets == 5);
    const auto sent = read(world.run(Packet{world.peer, world.port, rtp_of(8)}).frame);
    REQUIRE(sent);
    CHECK(sent->to == rule.destinations[0].to);
    const auto final = world.bpf.withdraw(rule.key);
    REQUIRE(final);
    REQUIRE(*final);
    CHECK((*final)->state.in.packets == 1);
    REQUIRE((*final)->state.sources.size() == 1);
    CHECK((*final)->state.sources[0].packets == 6); // of the SSRC, whatever rule counted them
    CHECK((*final)->state.sources[0].lost == 2);
    CHECK(world.run(packet).verdict == up);
    CHECK(world.bpf.get(rule.key).error().code == ENOENT);
}

TEST_CASE("a port has one stream") {
    World world;
    const auto rule = world.rule();
    REQUIRE(world.bpf.push(rule, {}));
    auto other = rule;
    other.key.id = 8;
    CHECK(world.bpf.push(other, {}).error().code == EEXIST);
    const auto none = world.bpf.withdraw(other.key);
    REQUIRE(none);
    CHECK_FALSE(*none);
    CHECK(world.bpf.get(rule.key));
}

TEST_CASE("no room: refused, and what was there stays") {
    World world;
    auto rule = world.rule();
    rule.key.id = 0;
    Status full;
    for (std::uint16_t i = 0; i < 200 && full; ++i) {
        ++rule.key.id;
        ++rule.key.local.port;
        if (const auto pushed = world.bpf.push(rule, {}); !pushed) full = pushed.error();
    }
    REQUIRE_FALSE(full);
    CHECK(full.error().code == E2BIG);
    std::size_t listed = 0;
    REQUIRE(list_all(world.bpf, [&](const offload::State&) { ++listed; }));
    CHECK(listed == rule.key.id - 1);
    CHECK(world.bpf.get(rule.key).error().code == ENOENT);
}

TEST_CASE("every stream is listed, with all of its destinations") {
    World world;
    auto rule = world.rule();
    for (std::uint64_t id = 1; id <= 60; ++id) {
        rule.key = {id, {world.port.address, static_cast<std::uint16_t>(30000 + id)}};
        rule.destinations.resize(1 + id % 3, rule.destinations[0]);
        REQUIRE(world.bpf.push(rule, {}));
    }
    std::uint64_t ids = 0;
    REQUIRE(list_all(world.bpf, [&](const offload::State& state) {
        ids += state.key.id;
        CHECK(state.key.local.port == 30000 + state.key.id);
        CHECK(state.destinations.size() == 1 + state.key.id % 3);
    }));
    CHECK(ids == 60 * 61 / 2);
}

TEST_CASE("20,000 streams") {
    constexpr std::uint64_t streams = 20'000;
    World world(streams);
    auto rule = world.rule();
    const auto us_since = [](auto start) {
        return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
    };
    auto start = std::chrono::steady_clock::now();
    for (std::uint64_t id = 1; id <= streams; ++id) {
        rule.key = {id, {world.port.address, static_cast<std::uint16_t>(30000 + id)}};
        REQUIRE(world.bpf.push(rule, {}));
    }
    const auto pushing = us_since(start) / streams;
    start = std::chrono::steady_clock::now();
    std::uint64_t ids = 0;
    REQUIRE(list_all(world.bpf, [&](const offload::State& state) { ids += state.key.id; }));
    const auto listing = us_since(start) / streams;
    CHECK(ids == streams * (streams + 1) / 2);
    start = std::chrono::steady_clock::now();
    for (std::uint64_t id = 1; id <= streams; ++id)
        REQUIRE(world.bpf.withdraw({id, {world.port.address, static_cast<std::uint16_t>(30000 + id)}}));
    MESSAGE("us a stream: pushed " << pushing << ", listed " << listing << ", withdrawn " << us_since(start) / streams);
    const auto state = world.bpf.get(rule.key);
    CHECK_FALSE(state);
}

TEST_CASE("what a packet costs") {
    constexpr int times = 100'000;
    World world;
    const auto rule = world.rule(world.callee, world.exit, world.callee); // what it made of a packet comes again
    REQUIRE(world.bpf.push(rule, {}));
    const auto forwarded = world.ns_of(frame_of({world.peer, world.callee, rtp_of(1)}), times);
    CHECK(world.bpf.get(rule.key)->in.packets == times);
    const auto passed = world.ns_of(frame_of({world.peer, world.port, rtp_of(1)}), times);
    MESSAGE("ns a packet, the program alone: " << forwarded << ", of no stream: " << passed);
}
