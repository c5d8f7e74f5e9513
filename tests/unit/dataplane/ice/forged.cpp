// SPDX-License-Identifier: Apache-2.0
// Whoever doesn't know the passwords moves nothing.
#include <doctest/doctest.h>

#include "dataplane/ice/digest.h"
#include "tests/unit/dataplane/ice/victim.h"

using namespace world;
using Said = Victim::Said;

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
