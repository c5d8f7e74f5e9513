// SPDX-License-Identifier: Apache-2.0
// Two agents against each other over a network that loses, delays and rewrites.
#include <algorithm>

#include <doctest/doctest.h>

#include "dataplane/ice/mark.h"
#include "tests/unit/dataplane/ice/world.h"

using namespace world;

namespace {

constexpr const char* left_at = "192.0.2.1:1000";
constexpr const char* right_at = "198.51.100.1:2000";
const Credentials left_has{"leftfrag", "leftpasswordleftpassword"}, right_has{"righ", "rightpasswordrightpassword"};

struct Two {
    World world;
    Peer left, right;
    explicit Two(std::vector<std::string> left_ports = {left_at}, std::vector<std::string> right_ports = {right_at})
        : left(world, left_has, std::move(left_ports)), right(world, right_has, std::move(right_ports)) {}

    void meet() {
        left.meet(right, true);
        right.meet(left, false);
    }
    bool agreed() const {
        const auto &l = left.agent.selected(), &r = right.agent.selected();
        return l && r && left.ports[l->port] == r->remote && right.ports[r->port] == l->remote;
    }
};

Endpoint at(const char* text) { return *Endpoint::parse(text); }

} // namespace

TEST_CASE("two full agents select the same pair, in either order of hearing of each other") {
    for (const bool left_first : {true, false}) {
        Two two;
        (left_first ? two.left : two.right).meet(left_first ? two.right : two.left, left_first);
        two.world.run(300);
        (left_first ? two.right : two.left).meet(left_first ? two.left : two.right, !left_first);
        two.world.run(1000, [&] { return two.agreed(); });
        CHECK(two.agreed());
        CHECK(two.left.agent.proved(0, at(right_at)));
        CHECK_FALSE(two.left.agent.proved(0, at(left_at)));
        CHECK(two.left.events == std::vector<std::string>{std::string("selected ") + right_at});
        CHECK(two.right.events == std::vector<std::string>{std::string("selected ") + left_at});
    }
}

TEST_CASE("whatever is lost on the way, they agree in the end") {
    for (unsigned seed = 0; seed < 60; ++seed) {
        Two two({"192.0.2.1:1000", "[2001:db8::1]:1000"}, {"198.51.100.1:2000", "[2001:db8:2::1]:2000", "198.51.100.2:2000"});
        two.world.random.seed(seed);
        two.world.passes = [&](const auto&, const auto&) { return two.world.random() % 100 >= 40; };
        two.meet();
        two.world.run(90'000, [&] { return two.agreed(); });
        CHECK_MESSAGE(two.agreed(), "seed ", seed);
    }
}

TEST_CASE("the best pair that works is taken, not the best one that there is") {
    Two two({"192.0.2.1:1000", "192.0.2.2:1000"}, {"198.51.100.1:2000", "198.51.100.2:2000"});
    two.world.passes = [&](const Endpoint& from, const Endpoint& to) { return from.address != at(left_at).address && to.address != at(left_at).address; };
    two.meet();
    two.world.run(3000, [&] { return two.agreed(); });
    REQUIRE(two.agreed());
    CHECK(*two.left.agent.selected() == Selection{1, at("198.51.100.1:2000")});
}

TEST_CASE("a peer without usable candidates, as behind mDNS names or a NAT, is found by its own checks") {
    Two two;
    const auto nat = at("203.0.113.9:40000");
    two.world.passes = [&](Endpoint& from, const Endpoint& to) {
        if (from == at(right_at)) from = nat;
        return to != at(right_at);
    };
    two.right.ports[0] = at(right_at);
    // What comes to the NAT's address goes through it.
    two.left.meet(two.right, true, false);
    two.right.meet(two.left, false);
    Peer* right = &two.right;
    const auto step = [&] {
        for (auto& datagram : two.world.under_way)
            if (datagram.to == nat) datagram.to = right->ports[0];
        return two.left.agent.selected() && two.right.agent.selected();
    };
    two.world.run(3000, step);
    REQUIRE(two.left.agent.selected());
    CHECK(two.left.agent.selected()->remote == nat);
    REQUIRE(two.right.agent.selected());
    CHECK(two.right.agent.selected()->remote == at(left_at));
}

TEST_CASE("a conflict of roles ends with one of each") {
    for (const bool both : {true, false})
        for (unsigned seed = 0; seed < 8; ++seed) {
            World world;
            world.random.seed(seed);
            Peer left(world, left_has, {left_at}), right(world, right_has, {right_at});
            left.meet(right, both);
            right.meet(left, both);
            world.run(5000, [&] { return left.agent.selected() && right.agent.selected(); });
            CHECK(left.agent.controlling() != right.agent.controlling());
            CHECK(left.agent.selected());
            CHECK(right.agent.selected());
        }
}

TEST_CASE("a lite agent asks nobody who hasn't asked, and each that has once; it takes what the peer nominates") {
    Two two;
    two.right.terms.lite = true;
    two.right.meet(two.left, false);
    two.world.run(2000);
    CHECK(two.right.sent == 0);
    two.meet();
    two.world.run(2000, [&] { return two.agreed(); });
    CHECK(two.agreed());
    two.world.run(60'000);
    const auto asked = [](const World::Datagram& each) { return each.from == at(right_at) && Message::read(each.bytes)->cls == Class::request; };
    CHECK(std::ranges::count_if(two.world.seen, asked) == 1);
    CHECK(two.right.agent.due_ms() == Agent::never);
}

TEST_CASE("a restart keeps the former pair until there is a new one, and checks of before are still answered") {
    Two two;
    two.meet();
    two.world.run(2000, [&] { return two.agreed(); });
    REQUIRE(two.agreed());
    two.left.terms.ours = {"restarted", "anewpasswordanewpassword"};
    two.left.agent.set(two.left.terms, two.world.now_ms);
    CHECK(two.left.agent.selected()->remote == at(right_at));
    CHECK(two.left.agent.proved(0, at(right_at)));
    two.world.run(8000); // the other side's consent is asked for and given meanwhile
    CHECK(two.right.events.size() == 1);
    two.right.terms.ours = {"also", "anotherpasswordanother"};
    two.right.meet(two.left, false);
    two.left.meet(two.right, true);
    two.world.run(60'000);
    CHECK(two.agreed());
    CHECK(two.left.events.size() == 1); // the same pair: nothing moved
    CHECK(two.right.events.size() == 1);
}

TEST_CASE("candidates that come later are checked as well") {
    Two two;
    two.left.meet(two.right, true, false);
    two.world.passes = [&](const Endpoint& from, const auto&) { return from != at(right_at) || two.left.agent.selected() || two.left.sent; };
    two.world.run(500);
    CHECK(two.left.sent == 0);
    two.left.meet(two.right, true);
    two.right.meet(two.left, false);
    two.world.run(2000, [&] { return two.agreed(); });
    CHECK(two.agreed());
}

TEST_CASE("consent runs out: the pair is lost, said once, and found again by itself when the way is back") {
    Two two;
    two.meet();
    two.world.run(2000, [&] { return two.agreed(); });
    two.world.run(120'000);
    CHECK(two.left.events.size() == 1); // nothing is lost as long as somebody answers
    two.world.passes = [](const auto&, const auto&) { return false; };
    two.world.run(Agent::consent_ms + 7000);
    CHECK(two.left.events.back() == std::string("lost ") + right_at);
    CHECK(two.left.events.size() == 2);
    CHECK_FALSE(two.left.agent.proved(0, at(right_at)));
    two.world.passes = [](const auto&, const auto&) { return true; };
    two.world.run(20'000, [&] { return two.agreed(); });
    CHECK(two.agreed());
}

TEST_CASE("consent is asked for every four to six seconds, not more") {
    Two two;
    two.meet();
    two.world.run(2000, [&] { return two.agreed(); });
    two.world.run(1000);
    const auto before = two.left.sent + two.right.sent;
    two.world.run(60'000);
    const auto each = two.left.sent + two.right.sent - before; // a request and an answer of each
    CHECK(each >= 4 * 10);
    CHECK(each <= 4 * 16);
}

TEST_CASE("a successor goes on with what was selected, without a check but that of consent") {
    Two two;
    two.meet();
    two.world.run(2000, [&] { return two.agreed(); });
    Peer successor(two.world, left_has, {left_at});
    two.world.peers = {&successor, &two.right};
    successor.meet(two.right, true);
    CHECK(successor.sent == 1); // it had no time to know
    Peer informed(two.world, left_has, {left_at});
    two.world.peers = {&informed, &two.right};
    informed.terms = two.left.terms;
    informed.agent.set(informed.terms, two.world.now_ms);
    informed.agent.resume(*two.left.agent.selected(), true, two.world.now_ms);
    CHECK(informed.agent.proved(0, at(right_at)));
    two.world.run(90'000);
    CHECK(informed.events.empty());
    CHECK(two.right.events.size() == 1);
    CHECK(informed.agent.selected()->remote == at(right_at));
}

TEST_CASE("a successor of an agent that died in a restart checks anew, and media goes where it went until a pair is selected") {
    for (const bool dies_before : {true, false}) { // the peer has moved meanwhile; before it has the new pair, or is there as before
        Two two;
        two.meet();
        two.world.run(2000, [&] { return two.agreed(); });
        const auto before = *two.left.agent.selected();
        const auto old_terms = two.left.terms;
        two.right.terms.ours = {"moved", "anotherpasswordanother"};
        Peer moved(two.world, two.right.terms.ours, {"203.0.113.5:5000"});
        auto& other = dies_before ? moved : two.right;
        Peer successor(two.world, {"lefttwoo", "leftpasswordleftpassword"}, {left_at});
        two.world.peers = {&successor, &other};
        successor.terms.theirs = other.terms.ours;
        successor.terms.controlling = true;
        successor.terms.remotes = other.candidates();
        CHECK(mark_of(successor.terms) != mark_of(old_terms));
        successor.agent.set(successor.terms, two.world.now_ms);
        successor.agent.resume(before, mark_of(successor.terms) == mark_of(old_terms), two.world.now_ms);
        CHECK(successor.agent.selected() == before);
        CHECK(successor.agent.proved(0, at(right_at)));
        other.meet(successor, false);
        two.world.run(5000, [&] { return other.agent.selected() && successor.events.size() + successor.kept_pairs > 0; });
        CHECK(successor.agent.selected()->remote == other.ports[0]);
        REQUIRE(other.agent.selected()); // it was nominated, under the new terms
        CHECK(successor.events.size() == (dies_before ? 1 : 0));
        CHECK(successor.kept_pairs == (dies_before ? 0 : 1)); // its owner knows that it is of these terms
    }
}

TEST_CASE("the mark of terms is that of both names and of whether we are lite, and of nothing else") {
    const Terms terms{{"ours", "password"}, {"theirs", "password"}, true, false, {}};
    auto other = terms;
    other.ours.pwd = other.theirs.pwd = "another";
    other.controlling = false;
    other.remotes.push_back({at(left_at), 1});
    CHECK(mark_of(other) == mark_of(terms));
    for (auto* name : {&other.ours.ufrag, &other.theirs.ufrag}) {
        auto changed = terms;
        (name == &other.ours.ufrag ? changed.ours : changed.theirs).ufrag += "x";
        CHECK(mark_of(changed) != mark_of(terms));
    }
    other = terms;
    other.lite = true;
    CHECK(mark_of(other) != mark_of(terms));
    other = terms;
    other.ours.ufrag = "ourst", other.theirs.ufrag = "heirs"; // together the same letters
    CHECK(mark_of(other) != mark_of(terms));
    CHECK(mark_of({}) != 0);
}

TEST_CASE("a port that goes takes its pairs along, and the others are used") {
    Two two({"192.0.2.1:1000", "192.0.2.2:1000"});
    two.meet();
    two.world.run(2000, [&] { return two.agreed(); });
    REQUIRE(two.left.agent.selected()->port == 0);
    two.left.agent.remove(0);
    CHECK_FALSE(two.left.agent.selected());
    two.world.passes = [&](const Endpoint& from, const Endpoint& to) { return from != at(left_at) && to != at(left_at); };
    two.world.run(10'000, [&] { return two.agreed(); });
    CHECK(two.agreed());
}

TEST_CASE("a lite peer that answers only when its phone is picked up is found then") {
    Two two;
    two.right.terms.lite = true;
    two.left.meet(two.right, true);
    two.world.run(60'000); // rings
    CHECK_FALSE(two.left.agent.selected());
    two.right.meet(two.left, false);
    two.world.run(40'000, [&] { return two.left.agent.selected().has_value(); });
    CHECK(two.left.agent.selected());
}

TEST_CASE("restarts that come to nothing: the peer goes on under what it has seen, and so do we") {
    Two two;
    two.meet();
    two.world.run(2000, [&] { return two.agreed(); });
    REQUIRE(two.agreed());
    for (const auto* ufrag : {"lefttwoo", "leftthre"}) { // offers that were refused
        two.left.terms.ours.ufrag = ufrag;
        two.left.agent.set(two.left.terms, two.world.now_ms);
        two.world.run(1000);
    }
    two.world.run(90'000);
    CHECK(two.agreed());
    CHECK(two.right.events.size() == 1); // it has never lost anybody
}

TEST_CASE("failed pairs make room for one that the peer comes by") {
    Two two;
    for (std::uint16_t i = 0; i < 5000; ++i) two.left.terms.remotes.push_back({{at("203.0.113.7:1").address, static_cast<std::uint16_t>(i + 1)}, i});
    const auto crowd = two.left.terms.remotes;
    two.left.meet(two.right, true);
    two.left.terms.remotes = crowd;
    two.left.agent.set(two.left.terms, two.world.now_ms);
    two.world.run(600'000);
    two.right.meet(two.left, false);
    two.world.run(5000, [&] { return two.agreed(); });
    CHECK(two.agreed());
}

TEST_CASE("as many candidates as anybody writes are a bounded number of checks") {
    World world;
    Peer left(world, left_has, {left_at});
    left.terms.theirs = right_has;
    left.terms.controlling = true;
    for (std::uint16_t i = 0; i < 5000; ++i) left.terms.remotes.push_back({{at(right_at).address, static_cast<std::uint16_t>(i + 1)}, i});
    left.agent.set(left.terms, world.now_ms);
    world.run(600'000);
    CHECK(left.sent <= (Agent::most_pairs + Agent::most_rounds * Agent::of_a_round) * (1 + Attempt::most));
    CHECK(left.agent.due_ms() == Agent::never); // all have failed: nothing is left to be done until somebody speaks
}

TEST_CASE("media may follow the first check at once; when a pair is selected, only those count that have answered one of ours") {
    Two two;
    two.world.passes = [&](const Endpoint& from, const auto&) { return from == at(right_at); }; // nothing of ours gets out
    two.left.meet(two.right, false);
    two.right.meet(two.left, true);
    two.world.run(100);
    CHECK(two.left.agent.proved(0, at(right_at)));
    CHECK_FALSE(two.left.agent.selected());
    two.world.run(60'000); // none of our checks was answered
    two.world.peers = {&two.left};
    two.world.run(60'000);
    CHECK_FALSE(two.left.agent.proved(0, at(right_at)));

    Two other;
    other.meet();
    other.world.run(2000, [&] { return other.agreed(); });
    Peer roaming(other.world, right_has, {"203.0.113.5:5"});
    roaming.meet(other.left, false);
    other.world.passes = [&](const auto&, const Endpoint& to) { return to != at("203.0.113.5:5"); };
    other.world.run(1000);
    CHECK_FALSE(other.left.agent.proved(0, at("203.0.113.5:5")));
    other.world.passes = [](const auto&, const auto&) { return true; };
    other.world.run(10'000);
    CHECK(other.left.agent.proved(0, at("203.0.113.5:5")));
}
