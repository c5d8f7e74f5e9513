// SPDX-License-Identifier: Apache-2.0
// The kernel gives freed elements of a map out again at once, while a program may still hold them: here the maps are put
// into the state in which such a program finds them.
#include <doctest/doctest.h>

#include "common/base/clock.h"
#include "dataplane/offload/bpf_wire.h"
#include "world.h"

using namespace rtpengine;
using namespace rtpengine::test;

namespace {

forward_generation generation_of(const World& world, const offload::Rule& rule) {
    const auto found = world.maps().generation(offload::to_bpf(rule.key.local));
    REQUIRE(found);
    return *found;
}

offload::Rule other_rule(const World& world, const Endpoint& local) {
    auto other = world.rule(local, world.exit, *Endpoint::parse("198.51.100.11:6000"));
    other.key.id = 8;
    return other;
}

} // namespace

TEST_CASE("a port's element that is another port's by now carries nothing into that call") {
    World world;
    for (const auto& local : {Endpoint{world.port.address, static_cast<std::uint16_t>(world.port.port + 1)}, world.port6}) {
        const auto own = world.rule(), other = other_rule(world, local);
        REQUIRE(world.bpf.push(own, {}));
        REQUIRE(world.bpf.push(other, {}));
        REQUIRE(world.maps().set_generation(offload::to_bpf(world.port), generation_of(world, other)) == 0);
        const auto frame = frame_of({world.peer, world.port, rtp_of(1)});
        const auto outcome = world.run(frame);
        CHECK(outcome.verdict == up);
        CHECK(outcome.frame == frame);
        const auto state = world.bpf.get(other.key);
        REQUIRE(state);
        CHECK(state->in.packets + state->in.errors + state->to_userspace == 0);
        REQUIRE(world.bpf.withdraw(other.key));
        world.maps().remove_generation(offload::to_bpf(world.port));
    }
}

TEST_CASE("a stranger's packet isn't refused in another call's name either") {
    World world;
    auto other = other_rule(world, world.port6);
    other.source = world.peer6;
    other.mismatch = offload::Mismatch::refuse;
    REQUIRE(world.bpf.push(other, {}));
    REQUIRE(world.maps().set_generation(offload::to_bpf(world.port), generation_of(world, other)) == 0);
    CHECK(world.run(Packet{world.peer, world.port, rtp_of(1)}).verdict == up);
    CHECK(world.bpf.get(other.key)->in.errors == 0);
}

TEST_CASE("copies that are another rule's by now are not sent") {
    World world;
    Wire wire;
    auto rule = world.rule();
    rule.destinations.push_back(rule.destinations[0]);
    REQUIRE(world.bpf.push(rule, {}));
    const auto generation = generation_of(world, rule);
    auto copies = world.maps().copies(generation);
    REQUIRE(copies);
    copies->generation.serial++; // the next one's
    REQUIRE(world.maps().add_copies(generation, *copies) == 0);
    CHECK(world.run(Packet{world.peer, world.port, rtp_of(1)}).verdict == up);
    CHECK_FALSE(wire.next());
    CHECK(world.bpf.get(rule.key)->to_userspace == 1);
}

TEST_CASE("no generation comes twice") {
    World world(256);
    const auto rule = world.rule();
    std::uint64_t latest = 0;
    for (int i = 0; i < 100; ++i) {
        REQUIRE(world.bpf.push(rule, {}));
        const auto first = generation_of(world, rule).serial;
        CHECK(first > latest);
        REQUIRE(world.bpf.push(rule, {}));
        latest = generation_of(world, rule).serial;
        CHECK(latest > first);
        REQUIRE(world.bpf.withdraw(rule.key));
    }
}

TEST_CASE("a removed stream stays sealed until no program can hold it") {
    World world;
    const auto rule = world.rule();
    REQUIRE(world.bpf.push(rule, {}));
    const auto first = generation_of(world, rule);
    REQUIRE(world.bpf.push(rule, {}));
    const auto second = generation_of(world, rule);
    REQUIRE(world.bpf.withdraw(rule.key));
    const auto now = us_of(BootClock::now());
    world.bpf.tidy(now, 1000);
    for (const auto& removed : {first, second}) {
        const auto stream = world.maps().stream(removed);
        REQUIRE(stream);
        CHECK(stream->sealed);
    }
    CHECK(world.run(Packet{world.peer, world.port, rtp_of(1)}).verdict == up);
    world.bpf.tidy(now + 2 * offload::Retired::rest_us, 1000);
    CHECK_FALSE(world.maps().stream(first));
    CHECK_FALSE(world.maps().stream(second));
}

TEST_CASE("what a killed worker left sealed is found and removed, later than anybody may need it") {
    World world;
    const auto rule = world.rule();
    REQUIRE(world.bpf.push(rule, {}));
    const auto generation = generation_of(world, rule);
    world.maps().remove_generation(offload::to_bpf(rule.key.local));
    REQUIRE(world.maps().seal(generation) == 0);
    REQUIRE(list_all(world.bpf, [](const offload::State&) { FAIL("it is sealed"); }));
    const auto now = us_of(BootClock::now());
    world.bpf.tidy(now + offload::Retired::patience_us / 2, 1000);
    CHECK(world.maps().stream(generation));
    world.bpf.tidy(now + 2 * offload::Retired::patience_us, 1000);
    CHECK_FALSE(world.maps().stream(generation));
}
