// SPDX-License-Identifier: Apache-2.0
// Whatever an SDP names, and wherever recorded checks come from: what is sent there is bounded, and counted where it wasn't sent.
#include "tests/unit/dataplane/ice/victim.h"

using namespace world;

namespace {

Endpoint at(const char* text) { return *Endpoint::parse(text); }

std::vector<std::uint8_t> check(unsigned number) {
    Transaction transaction{0xbb};
    put(&transaction[8], std::uint32_t{number});
    Writer writer(Class::request, transaction);
    const auto sealed = writer.username("ourfragm:peer").priority(1000).controlling(1).seal(ours.pwd).finish();
    return {sealed.begin(), sealed.end()};
}

std::size_t checks(const World& world, const Endpoint& to) {
    return static_cast<std::size_t>(std::ranges::count_if(
        world.seen, [&](const auto& each) { return each.to == to && Message::read(each.bytes)->cls == Class::request; }));
}

} // namespace

TEST_CASE("no check goes to what can't be one host, nor off limits, whoever names it") {
    const char* refused[] = {"224.0.0.1:5000", "239.255.1.2:5000", "255.255.255.255:5000", "0.0.0.0:5000", "0.1.2.3:5000", "240.0.0.1:5000",
                             "203.0.113.99:5000"};
    for (const bool by_source : {false, true}) {
        Victim victim;
        victim.peer.forbidden = at("203.0.113.99:1").address;
        auto terms = victim.peer.terms;
        unsigned number = 0;
        for (const auto* each : refused) {
            if (by_source) victim.hear(at(each), check(++number));
            else terms.remotes.push_back({at(each), 1});
        }
        if (!by_source) terms.remotes.push_back({honest, 2});
        victim.world.seen.clear();
        victim.peer.agent.set(terms, victim.world.now_ms);
        victim.world.run(60'000);
        for (const auto* each : refused) CHECK(checks(victim.world, at(each)) == 0);
        CHECK((checks(victim.world, honest) > 0) == !by_source);
        CHECK(victim.peer.not_sent >= std::size(refused));
    }
    Victim six;
    six.peer.ports = {at("[2001:db8::1]:1000")};
    six.peer.agent.remove(0);
    six.peer.add_ports();
    auto terms = six.peer.terms;
    for (const auto* each : {"[ff02::1]:5000", "[::]:5000", "[::ffff:224.0.0.1]:5000", "[::ffff:0.0.0.0]:5000"}) terms.remotes.push_back({at(each), 1});
    six.peer.agent.set(terms, six.world.now_ms);
    six.world.run(60'000);
    CHECK(six.peer.sent == 0);
    CHECK(six.peer.not_sent == 4);
}

TEST_CASE("agents of one call have one allowance; who has answered doesn't need it") {
    World world;
    Peer left(world, ours, {"192.0.2.1:1000"});
    left.checks = Allowance(100, 5);
    std::uint64_t sent = 0;
    for (unsigned n = 0; n < 20; ++n) { // media of one call
        Agent agent(left, left.checks);
        agent.add({0, Family::ipv4, 1000}, world.now_ms);
        auto terms = left.terms;
        terms.theirs = theirs;
        for (std::uint16_t i = 0; i < 100; ++i) terms.remotes.push_back({{stranger.address, static_cast<std::uint16_t>(1000 + i)}, i});
        agent.set(terms, world.now_ms);
        const auto end = world.now_ms + 10'000;
        for (; world.now_ms < end; ++world.now_ms)
            if (agent.due_ms() <= world.now_ms) agent.turn(world.now_ms);
    }
    sent = left.sent;
    CHECK(sent <= 100 + 5 * 200 + 1);
    CHECK(sent >= 100 + 5 * 190);
    CHECK(left.not_sent > 0);

    World other;
    Peer one(other, ours, {"192.0.2.1:1000"}), two(other, theirs, {"198.51.100.1:2000"});
    one.checks = two.checks = Allowance(3, 0);
    one.meet(two, true);
    two.meet(one, false);
    other.run(120'000);
    CHECK(one.agent.selected());
    CHECK(one.events.size() == 1); // consent is asked for, whatever else there is
    CHECK(one.sent > 20);
}

TEST_CASE("recorded checks from many places: a bounded number of ours a second, and one at a time to each") {
    for (const bool lite : {false, true}) {
        Victim victim(lite);
        victim.peer.agent.turn(victim.world.now_ms);
        constexpr unsigned seconds = 20;
        for (unsigned n = 0; n < seconds * 100; ++n) { // from 4,000 ports of a victim
            victim.peer.agent.receive(0, {stranger.address, static_cast<std::uint16_t>(1000 + n)}, check(n), victim.world.now_ms);
            victim.world.run(10);
        }
        std::size_t asked = 0, most = 0;
        std::map<Endpoint, std::size_t> each;
        for (const auto& datagram : victim.world.seen)
            if (Message::read(datagram.bytes)->cls == Class::request) ++asked, most = std::max(most, ++each[datagram.to]);
        CHECK(each.size() <= Agent::triggers_at_once + Agent::triggers_a_second * seconds + 1);
        CHECK(most <= 1 + Attempt::most);
        CHECK(victim.peer.not_sent > 0);
    }
    Victim victim;
    for (unsigned n = 0; n < 2000; ++n) { // from one place, for twenty seconds
        victim.peer.agent.receive(0, stranger, check(n), victim.world.now_ms);
        victim.world.run(10);
    }
    CHECK(checks(victim.world, stranger) <= Agent::triggers_at_once + Agent::triggers_a_second * 20 + 2 * (1 + Attempt::most));
}

TEST_CASE("so many at once, and so many a second more") {
    Allowance some(3, 2);
    std::uint64_t now = 1'000'000;
    const auto taken = [&](unsigned tries) {
        unsigned count = 0;
        for (unsigned i = 0; i < tries; ++i) count += some.take(now);
        return count;
    };
    CHECK(taken(10) == 3);
    now += 499;
    CHECK(taken(10) == 0);
    now += 1;
    CHECK(taken(10) == 1);
    now += 1500;
    CHECK(taken(10) == 3);
    now += 3'600'000;
    CHECK(taken(10) == 3);
    Allowance none(0, 0);
    CHECK_FALSE(none.take(1));
    CHECK_FALSE(none.take(~std::uint64_t{0}));
}
