// SPDX-License-Identifier: Apache-2.0
// A lite agent believes the first nomination, as media can't be led away yet; afterwards only who answers.
#include "tests/unit/dataplane/ice/victim.h"

using namespace world;

namespace {

Transaction numbered(unsigned number) {
    Transaction made{0xaa};
    put(&made[8], std::uint32_t{number});
    return made;
}

// The n-th nominating check of the peer.
std::vector<std::uint8_t> nomination(unsigned number, std::uint32_t priority = 1000) {
    Writer writer(Class::request, numbered(number));
    const auto sealed = writer.username("ourfragm:peer").priority(priority).controlling(1).use_candidate().seal(ours.pwd).finish();
    return {sealed.begin(), sealed.end()};
}

// Checks that have come to `at`; they are gone then.
std::vector<World::Datagram> checks_at(World& world, const Endpoint& at) {
    std::vector<World::Datagram> checks;
    for (const auto& each : world.seen)
        if (each.to == at && Message::read(each.bytes)->cls == Class::request) checks.push_back(each);
    return checks;
}

// The peer answers the latest check at `at`.
void answer(Victim& victim, const Endpoint& at) {
    const auto checks = checks_at(victim.world, at);
    REQUIRE_FALSE(checks.empty());
    const auto check = Message::read(checks.back().bytes);
    CHECK(check->username == "peer:ourfragm");
    CHECK(check->controlled);
    CHECK_FALSE(check->use_candidate);
    REQUIRE(check->authentic(theirs.pwd));
    Writer writer(Class::success, check->transaction);
    victim.peer.agent.receive(0, at, writer.mapped(local).seal(theirs.pwd).finish(), victim.world.now_ms);
}

const Endpoint& where(const Victim& victim) { return victim.peer.agent.selected()->remote; }

} // namespace

TEST_CASE("the first one is believed at once, and asked once whether it is there") {
    Victim victim(true);
    victim.hear(honest, nomination(1));
    REQUIRE(victim.moved());
    CHECK(where(victim) == honest);
    CHECK(victim.peer.agent.proved(0, honest));
    victim.world.run(60'000); // nobody answers: media goes there all the same
    CHECK(checks_at(victim.world, honest).size() == 1 + Attempt::most);
    CHECK(where(victim) == honest);
    CHECK(victim.peer.agent.proved(0, honest));
}

TEST_CASE("a recorded check leads nowhere, however many newer ones have come, and for how long the peer has been quiet") {
    for (const bool known : {true, false}) { // the peer has answered us before
        Victim victim(true);
        victim.hear(honest, nomination(0));
        victim.world.run(20, [&] { return !checks_at(victim.world, honest).empty(); });
        if (known) answer(victim, honest);
        for (unsigned n = 1; n <= 200; ++n) victim.hear(honest, nomination(n));
        victim.world.run(Agent::quiet_ms + 1000);
        for (unsigned n : {0u, 1u, 77u}) {
            victim.hear(stranger, nomination(n));
            victim.world.run(20'000);
            CHECK(where(victim) == honest);
            CHECK_FALSE(victim.peer.agent.proved(0, stranger));
        }
        CHECK(victim.peer.events.size() == 1);
    }
}

TEST_CASE("nor does it at a successor, which knows none of the checks that came before") {
    Victim predecessor(true), victim(true);
    const auto recorded = nomination(7);
    predecessor.hear(honest, recorded);
    victim.peer.agent.resume(*predecessor.peer.agent.selected(), true, victim.world.now_ms);
    victim.world.run(Agent::quiet_ms + 1000);
    victim.hear(stranger, recorded);
    victim.world.run(20'000);
    CHECK(where(victim) == honest);
    CHECK_FALSE(victim.peer.agent.proved(0, stranger));
    CHECK(victim.peer.events.empty());
}

TEST_CASE("nor in a restart, and the peer's own check does") {
    Victim victim(true);
    victim.hear(honest, nomination(1));
    victim.peer.terms.ours.pwd = "afterwardsafterwardsafter";
    victim.peer.agent.set(victim.peer.terms, victim.world.now_ms);
    const auto anew = [&](unsigned number) {
        Writer writer(Class::request, numbered(number));
        const auto sealed = writer.username("ourfragm:peer").priority(1).controlling(1).use_candidate().seal(victim.peer.terms.ours.pwd).finish();
        return std::vector<std::uint8_t>(sealed.begin(), sealed.end());
    };
    victim.hear(stranger, anew(2)); // it was faster
    victim.world.run(2000);
    CHECK(where(victim) == honest);
    victim.hear(honest, anew(3));
    CHECK(where(victim) == honest);
    CHECK(victim.peer.kept_pairs == 1);
}

TEST_CASE("a peer that moves is followed when it answers from there") {
    Victim victim(true);
    victim.hear(honest, nomination(1));
    victim.world.run(20);
    answer(victim, honest);
    const auto elsewhere = *Endpoint::parse("198.51.100.1:2001");
    victim.world.run(Agent::quiet_ms);
    victim.hear(elsewhere, nomination(2));
    victim.world.run(1, [&] { return false; });
    CHECK(where(victim) == honest);
    victim.world.run(40);
    answer(victim, elsewhere);
    CHECK(where(victim) == elsewhere);
    CHECK(victim.peer.agent.proved(0, elsewhere));
}

TEST_CASE("who was believed and doesn't answer gives way to who does, whatever it says of its priority") {
    Victim victim(true);
    victim.hear(stranger, nomination(1, 0x7fffffff)); // a copy that was faster than the original
    victim.hear(honest, nomination(1, 0x7fffffff));   // which is none any more
    victim.hear(honest, nomination(2));
    victim.world.run(40);
    const auto copy = nomination(1, 0x7fffffff);
    victim.peer.agent.receive(0, stranger, copy, victim.world.now_ms); // it is still there
    answer(victim, honest);
    CHECK(where(victim) == honest);
    victim.world.run(20'000);
    CHECK_FALSE(victim.peer.agent.proved(0, stranger));
}

TEST_CASE("a quarrel about roles is an answer too: it is the peer's, and there is one role") {
    Victim victim(true);
    victim.hear(honest, nomination(1));
    victim.world.run(20);
    const auto checks = checks_at(victim.world, honest);
    REQUIRE(checks.size() == 1);
    Writer writer(Class::error, Message::read(checks[0].bytes)->transaction);
    victim.peer.agent.receive(0, honest, writer.error(487, "Role Conflict").seal(theirs.pwd).finish(), victim.world.now_ms);
    victim.world.run(20'000);
    CHECK(checks_at(victim.world, honest).size() == 1);
}

TEST_CASE("who asks before we know the peer's password is asked when we do") {
    Victim victim(true);
    auto terms = victim.peer.terms;
    terms.theirs = {};
    victim.peer.agent.set(terms, victim.world.now_ms);
    victim.hear(honest, nomination(1));
    victim.world.run(1000);
    CHECK(checks_at(victim.world, honest).empty());
    terms.theirs = theirs;
    victim.peer.agent.set(terms, victim.world.now_ms);
    victim.world.run(1000);
    answer(victim, honest);
    CHECK(where(victim) == honest);
}
