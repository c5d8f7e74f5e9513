// SPDX-License-Identifier: Apache-2.0
// Sequence numbers: the program counts as flow::Sequence does.
#include <random>

#include <doctest/doctest.h>

#include "dataplane/flow/sequence.h"
#include "world.h"

using namespace rtpengine;
using namespace rtpengine::test;

TEST_CASE("loss, duplicates, restarts and wraps as in userspace") {
    World world;
    const auto rule = world.rule();
    offload::Sources sources;
    sources.push_back({1, 0, 10, 1720, 3, 1, 0x1fff0, 0xff});
    REQUIRE(world.bpf.push(rule, sources));
    flow::Sequence expected[2] = {{0x1fff0, 0xff, 3, 1}, {}};
    std::mt19937 random(5);
    std::uint16_t next[2] = {0xfff1, 7};
    for (int i = 0; i < 3000; ++i) {
        const unsigned source = random() % 2;
        auto number = next[source]++;
        switch (random() % 12) {
        case 0: number = next[source] += static_cast<std::uint16_t>(random() % 100); break;  // loss
        case 1: number = static_cast<std::uint16_t>(number - random() % 80); break;          // late, or again
        case 2: if (random() % 20 == 0) number = next[source] = static_cast<std::uint16_t>(random()); break;
        default: break;
        }
        flow::advance(expected[source], number);
        REQUIRE(world.run(Packet{world.peer, world.port, rtp_of(number, source + 1)}).verdict == redirected);
    }
    const auto state = world.bpf.get(rule.key);
    REQUIRE(state);
    REQUIRE(state->sources.size() == 2);
    for (const auto& source : state->sources) {
        const auto& known = expected[source.ssrc - 1];
        CHECK(source.highest == known.highest);
        CHECK(source.window == known.window);
        CHECK(source.lost == known.lost);
        CHECK(source.duplicates == known.duplicates);
    }
    CHECK(state->sources[0].packets + state->sources[1].packets == 3010);
}

TEST_CASE("a fifth SSRC takes the place of the oldest") {
    World world;
    const auto rule = world.rule();
    REQUIRE(world.bpf.push(rule, {}));
    for (std::uint32_t ssrc = 1; ssrc <= 6; ++ssrc)
        world.run(Packet{world.peer, world.port, rtp_of(1, ssrc)});
    const auto state = world.bpf.get(rule.key);
    REQUIRE(state);
    REQUIRE(state->sources.size() == 4);
    const std::uint32_t ssrcs[] = {5, 6, 3, 4};
    for (int i = 0; i < 4; ++i)
        CHECK(state->sources[i].ssrc == ssrcs[i]);
}
