// SPDX-License-Identifier: Apache-2.0
// Whoever doesn't know the passwords moves nothing.
#include <doctest/doctest.h>

#include "dataplane/ice/digest.h"
#include "tests/unit/dataplane/ice/world.h"

using namespace world;

namespace {

const Credentials ours{"ourfragm", "ourpasswordourpasswordour"}, theirs{"peer", "peerpasswordpeerpassword"};
const Endpoint local = *Endpoint::parse("192.0.2.1:1000"), honest = *Endpoint::parse("198.51.100.1:2000"),
               stranger = *Endpoint::parse("203.0.113.66:666");
const Transaction some{1, 2, 3};

struct Victim {
    World world;
    Peer peer{world, ours, {"192.0.2.1:1000"}};
    explicit Victim(bool lite = false) {
        peer.terms.theirs = theirs;
        peer.terms.lite = lite;
        peer.agent.set(peer.terms, world.now_ms);
    }
    // What it says to it.
    std::vector<std::uint16_t> hear(const Endpoint& from, Bytes bytes) {
        world.seen.clear();
        peer.agent.receive(0, from, bytes, world.now_ms);
        std::vector<std::uint16_t> errors;
        for (const auto& each : world.seen) {
            CHECK(each.bytes.size() <= bytes.size() + 44); // 44: a success has an address and two seals
            if (const auto message = Message::read(each.bytes)) errors.push_back(message->cls == Class::success ? 200 : message->error);
        }
        return errors;
    }
    bool moved() const { return peer.agent.selected().has_value(); }
};

struct Forgery {
    Writer writer{Class::request, some};
    Forgery(const std::string& name, std::uint64_t tie_breaker = 1) { writer.username(name).priority(1).controlling(tie_breaker).use_candidate(); }
    Bytes sealed(std::string_view pwd) { return writer.seal(pwd).finish(); }
};

using Said = std::vector<std::uint16_t>;

} // namespace

TEST_CASE("a wrong password, a wrong name, none at all: refused, and nothing is proved") {
    for (const bool lite : {false, true}) {
        Victim victim(lite);
        CHECK(victim.hear(stranger, Forgery("ourfragm:peer").sealed("guessed")) == Said{401});
        CHECK(victim.hear(stranger, Forgery("nobody:peer").sealed(ours.pwd)) == Said{401});
        CHECK(victim.hear(stranger, Forgery("ourfragmpeer").sealed(ours.pwd)) == Said{401});
        CHECK(victim.hear(stranger, Forgery("ourfragm:peer").writer.finish()) == Said{400});
        Writer bare(Class::request, some);
        CHECK(victim.hear(stranger, bare.finish()).empty()); // the answer would be longer
        CHECK_FALSE(victim.moved());
        CHECK_FALSE(victim.peer.agent.proved(0, stranger));
    }
}

TEST_CASE("without a fingerprint it is no message of ICE, and gets no word") {
    Victim victim(true);
    Forgery forgery("ourfragm:peer");
    const auto whole = forgery.sealed(ours.pwd);
    std::vector<std::uint8_t> bytes(whole.begin(), whole.end() - fingerprint_size);
    put(&bytes[2], static_cast<std::uint16_t>(bytes.size() - header_size));
    CHECK(victim.hear(honest, bytes).empty());
    CHECK_FALSE(victim.moved());
}

TEST_CASE("a recorded check that is sent again from elsewhere moves nothing, not even a lite agent") {
    for (const bool lite : {false, true}) {
        Victim victim(lite);
        Forgery original("ourfragm:peer");
        const auto recorded = original.sealed(ours.pwd);
        CHECK(victim.hear(honest, recorded) == Said{200});
        CHECK(victim.hear(honest, recorded) == Said{200}); // a retransmission is none
        CHECK(victim.hear(stranger, recorded).empty());
        CHECK(victim.moved() == lite);
        if (lite) CHECK(victim.peer.agent.selected()->remote == honest);
        CHECK_FALSE(victim.peer.agent.proved(0, stranger));
        CHECK(victim.peer.agent.proved(0, honest));
    }
}

TEST_CASE("answers count from where the check went to, under the peer's password, to a check under way, once") {
    Victim victim;
    auto terms = victim.peer.terms;
    terms.remotes = {{honest, 99}};
    victim.world.seen.clear();
    victim.peer.agent.set(terms, victim.world.now_ms);
    victim.peer.agent.turn(victim.world.now_ms);
    REQUIRE(victim.world.seen.size() == 1);
    const auto check = Message::read(victim.world.seen[0].bytes);
    REQUIRE(check);
    const auto transaction = check->transaction;
    const auto answer = [](const Transaction& to, std::string_view pwd, const Endpoint& from, Victim& victim) {
        Writer writer(Class::success, to);
        victim.hear(from, writer.mapped(local).seal(pwd).finish());
        return victim.peer.agent.proved(0, honest);
    };
    CHECK_FALSE(answer(transaction, "guessed", honest, victim));
    CHECK_FALSE(answer(transaction, ours.pwd, honest, victim)); // our own is not theirs
    CHECK_FALSE(answer(some, theirs.pwd, honest, victim));
    CHECK_FALSE(answer(transaction, theirs.pwd, stranger, victim));
    // A refusal that nobody vouches for doesn't end the check.
    Writer refusal(Class::error, transaction);
    victim.hear(honest, refusal.error(401, "Unauthorized").finish());
    CHECK(answer(transaction, theirs.pwd, honest, victim));
    CHECK_FALSE(victim.peer.agent.proved(0, stranger));
}

TEST_CASE("what must be understood and is not is told, and not done") {
    Victim victim(true);
    // An attribute of 0x7777 between the name and the seal: of what a writer makes, PRIORITY becomes that.
    std::vector<std::uint8_t> bytes;
    Writer writer(Class::request, some);
    const auto start = writer.username("ourfragm:peer").priority(1).finish();
    bytes.assign(start.begin(), start.end() - fingerprint_size);
    put(&bytes[bytes.size() - 8], std::uint16_t{0x7777});
    put(&bytes[2], static_cast<std::uint16_t>(bytes.size() + integrity_size - header_size));
    Seal seal{};
    REQUIRE(hmac_sha1(ours.pwd, bytes, seal));
    bytes.insert(bytes.end(), {0, attr_integrity, 0, 20});
    bytes.insert(bytes.end(), seal.begin(), seal.end());
    put(&bytes[2], static_cast<std::uint16_t>(bytes.size() + fingerprint_size - header_size));
    const auto crc = fingerprint(bytes);
    bytes.insert(bytes.end(), {0x80, 0x28, 0, 4, 0, 0, 0, 0});
    put(&bytes[bytes.size() - 4], crc);
    REQUIRE(Message::read(bytes)->authentic(ours.pwd));
    CHECK(victim.hear(honest, bytes) == Said{420});
    CHECK_FALSE(victim.peer.agent.proved(0, honest));
}
