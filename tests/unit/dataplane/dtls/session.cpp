// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "pair.h"

using namespace rtpengine;
using namespace rtpengine::dtls;

TEST_CASE("both sides have each other's keys, of the strongest profile") {
    Pair pair;
    CHECK(pair.passive.sent.empty()); // nothing before a ClientHello
    CHECK(pair.passive.session->state() == Session::State::fresh);
    pair.run();
    REQUIRE(pair.finished());
    const auto &a = pair.active.session->keys(), &b = pair.passive.session->keys();
    CHECK(a.send == b.receive);
    CHECK(a.receive == b.send);
    CHECK_FALSE(a.send == a.receive);
    CHECK(a.send.valid());
    CHECK(a.send.suite->name == "AEAD_AES_256_GCM");
}

TEST_CASE("every hash of a=fingerprint, and a key of RSA") {
    for (const auto* hash : {"sha-1", "SHA-224", "sha-256", "sha-384", "sha-512"}) {
        CAPTURE(hash);
        Pair pair({"test"}, 1200, hash);
        pair.run();
        CHECK(pair.finished());
    }
    Pair pair({"test", 2048, true});
    pair.run();
    CHECK(pair.finished());
}

TEST_CASE("a network that loses and repeats: it takes longer") {
    std::mt19937 random(5);
    for (int round = 0; round < 4; ++round) {
        Pair pair;
        unsigned lost = 0;
        pair.run([&](const Datagram& datagram) {
            Arriving arriving(random() % 5 == 0 ? 2 : 1, datagram);
            if (lost < 4 && random() % 3 == 0) arriving.clear(), ++lost;
            return arriving;
        });
        CHECK(pair.finished());
        CHECK(pair.active.session->keys().send == pair.passive.session->keys().receive);
    }
}

TEST_CASE("the last flight is sent again for whom it was lost") {
    Pair pair;
    bool dropped = false;
    pair.run([&](const Datagram& datagram) {
        const bool last = pair.passive.session->state() == Session::State::finished && pair.active.session->state() != Session::State::finished;
        if (last && !dropped) return dropped = true, Arriving();
        return Arriving{datagram};
    });
    CHECK(dropped);
    CHECK(pair.finished());
}

TEST_CASE("a certificate that wasn't signalled: no keys, on either side") {
    for (const bool of_active : {true, false}) {
        Pair pair;
        Side other;
        auto& deceived = of_active ? pair.passive : pair.active;
        deceived.sent.clear();
        deceived.begin(!of_active, "sha-256", digest("sha-256", other.identity.certificate));
        pair.run();
        CHECK(deceived.session->state() == Session::State::failed);
        CHECK(deceived.session->impostor());
        CHECK(deceived.session->failure() == "the peer's certificate isn't the one that was signalled");
        CHECK_FALSE(pair.finished());
    }
    Pair pair;
    pair.passive.begin(false, "md5", digest("md5", pair.active.identity.certificate)); // both are empty
    pair.run();
    CHECK(pair.passive.session->impostor());
}

TEST_CASE("no datagram is larger than the MTU allows, whatever the certificate") {
    Pair pair({"test", 4096}, 576);
    std::size_t largest = 0, count = 0;
    pair.run([&](const Datagram& datagram) {
        largest = std::max(largest, datagram.size());
        ++count;
        return Arriving{datagram};
    });
    CHECK(pair.finished());
    CHECK(largest <= 576 - Context::headers);
    CHECK(count > 6); // more than one a flight
}

TEST_CASE("what is wrong with a context is said") {
    const auto identity = *make_identity({"test"});
    CHECK(Context::make(identity, "NONESUCH", 1200).error().message.find("dtls-ciphers") != std::string::npos);
    CHECK_FALSE(Context::make({"not a certificate", identity.key}, usual_ciphers, 1200));
    CHECK_FALSE(Context::make({identity.certificate, make_identity({"test"})->key}, usual_ciphers, 1200));
    CHECK_FALSE(make_identity({"test", 10}));
    CHECK(valid_from(identity.certificate) > 1'600'000'000);
    CHECK(valid_from("nothing") == 0);
}
