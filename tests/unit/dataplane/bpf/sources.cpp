// SPDX-License-Identifier: Apache-2.0
// Sequence numbers: the program counts as userspace does.
#include <random>

#include <doctest/doctest.h>

#include "common/rtp/sequence.h"
#include "dataplane/offload/bpf_wire.h"
#include "world.h"

using namespace rtpengine;
using namespace rtpengine::test;

TEST_CASE("loss, duplicates, restarts and wraps as in userspace") {
    World world;
    const auto rule = world.rule();
    offload::Sources sources;
    sources.push_back({1, 0, 10, 1720, 3, 1, 0x1fff0, 0xff});
    REQUIRE(world.bpf.push(rule, {.sources = sources}));
    rtp_sequence expected[2] = {{0x1fff0, 0xff, 3, 1}, {}};
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
        rtp_sequence_advance(&expected[source], number);
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

TEST_CASE("a fifth SSRC takes the place of one that is silent, and of no other") {
    World world;
    const auto rule = world.rule();
    REQUIRE(world.bpf.push(rule, {}));
    const auto generation = *world.maps().generation(offload::to_bpf(rule.key.local));
    const auto hear = [&](std::uint32_t ssrc) { world.run(Packet{world.peer, world.port, rtp_of(1, ssrc)}); };
    const auto places = [&] {
        std::vector<std::uint32_t> ssrcs;
        const auto stream = *world.maps().stream(generation);
        for (const auto& source : stream.sources.list)
            ssrcs.push_back(source.ssrc);
        return ssrcs;
    };
    const auto let_pass = [&](std::uint64_t seconds) { // the clock is the kernel's: what it noted is set back
        auto stream = *world.maps().stream(generation);
        for (auto& source : stream.sources.list)
            source.heard -= seconds * 1'000'000'000;
        REQUIRE(world.maps().change_stream(stream) == 0);
    };
    for (std::uint32_t ssrc = 1; ssrc <= 6; ++ssrc)
        hear(ssrc);
    CHECK(places() == std::vector<std::uint32_t>{1, 2, 3, 4});
    let_pass(9);
    hear(1);
    hear(7);
    CHECK(places() == std::vector<std::uint32_t>{1, 2, 3, 4});
    let_pass(2);
    hear(5);
    CHECK(places() == std::vector<std::uint32_t>{1, 5, 3, 4});
    const auto stream = *world.maps().stream(generation);
    CHECK(stream.sources.list[1].packets == 1);
    CHECK(stream.sources.others.packets == 3);
}
