// SPDX-License-Identifier: Apache-2.0
// SDES through a call: what both are shown, and what their workers are told.
#include "control/call/key_exchange.h"

#include "control/call/streams.h"
#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

const std::string suite = "AES_CM_128_HMAC_SHA1_80";
const std::string key_a = "Eh7wsRJ1BrdRwMfnJ2jusGrHZwZJFbu46wyL8wUc", key_b = "uldRNToxAxJc4XmtvhogOAc/qfgo4rw5pITBuQQE",
                  key_c = "HfBr+Mgs+XGOsngAeARybiA7bHWOB+daJ+01vBqL";

std::string crypto(const std::string& key, const std::string& of = suite, unsigned tag = 1) {
    return "a=crypto:" + std::to_string(tag) + " " + of + " inline:" + key + "\r\n";
}
std::string srtp(unsigned port, const std::string& more, const char* profile = "RTP/SAVP") {
    return "m=audio " + std::to_string(port) + " " + profile + " 0 8\r\n" + more;
}
ng::Flags towards(const std::string& profile, std::vector<std::string> sdes = {}) {
    ng::Flags flags;
    flags.transport_protocol = profile;
    flags.sdes = std::move(sdes);
    return flags;
}
ng::Flags osrtp(const std::string& word) {
    ng::Flags flags;
    flags.osrtp = {word};
    return flags;
}

struct Fixture : SectionFixture {
    // Both have the same parameters, and there are some.
    static bool same(const link::Srtp& a, const link::Srtp& b) {
        return a.masters_size() == 1 && a.SerializeAsString() == b.SerializeAsString();
    }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }
std::string key_in(const std::string& text) {
    const auto begin = text.find("inline:") + 7;
    return text.substr(begin, text.find_first_of(" \r|", begin) - begin);
}
std::string master(const link::Srtp& srtp) {
    REQUIRE(srtp.masters_size() == 1);
    return srtp.masters(0).key() + srtp.masters(0).salt();
}
std::string bytes_of(const std::string& key) {
    const auto line = sdp::parse_crypto("1 " + suite + " inline:" + key);
    REQUIRE(line);
    const auto key_bytes = line->keys[0].key.view(), salt = line->keys[0].salt.view();
    return std::string(key_bytes.begin(), key_bytes.end()) + std::string(salt.begin(), salt.end());
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "RTP on one side is SRTP on the other: each worker has the keys of what it receives and sends") {
    const auto text = offered(audio(4000), towards("RTP/SAVP", {"only-" + suite}));
    CHECK(has(text, " RTP/SAVP 0 8\r\n"));
    REQUIRE(has(text, "a=crypto:1 " + suite + " inline:"));
    CHECK(stream("a").sinks_size() == 0); // nobody knows yet what to send there with
    CHECK(stream("b").sinks_size() == 0);
    const auto shown = answered(srtp(6000, crypto(key_b)));
    CHECK(has(shown, " RTP/AVP 0 8\r\n"));
    CHECK_FALSE(has(shown, "crypto"));
    for (const unsigned number : {0u, 1u}) {
        const auto caller = stream("a", number), callee = stream("b", number);
        CHECK_FALSE(caller.has_receive());
        REQUIRE(caller.sinks_size() == 1);
        CHECK(master(caller.sinks(0).send()) == bytes_of(key_in(text)));
        CHECK(master(callee.receive()) == bytes_of(key_b));
        REQUIRE(callee.sinks_size() == 1);
        CHECK_FALSE(callee.sinks(0).has_send());
    }
}

TEST_CASE_FIXTURE(Fixture, "SRTP on one side is RTP on the other") {
    CHECK_FALSE(has(offered(srtp(4000, crypto(key_a)), towards("RTP/AVP")), "crypto"));
    const auto shown = answered(audio(6000));
    REQUIRE(has(shown, "a=crypto:1 " + suite + " inline:"));
    CHECK(has(shown, " RTP/SAVP 0 8\r\n"));
    CHECK(master(stream("a").receive()) == bytes_of(key_a));
    CHECK(master(stream("b").sinks(0).send()) == bytes_of(key_in(shown)));
    CHECK_FALSE(stream("a").sinks(0).has_send());
    CHECK_FALSE(stream("b").has_receive());
}

TEST_CASE_FIXTURE(Fixture, "the same keys on both sides: packets pass as they come, unless they shall not") {
    const auto text = offered(srtp(4000, crypto(key_a)));
    CHECK(has(text, crypto(key_a)));
    CHECK(has(answered(srtp(6000, crypto(key_b))), crypto(key_b)));
    for (const auto* tag : {"a", "b"}) {
        CHECK_FALSE(stream(tag).has_receive());
        REQUIRE(stream(tag).sinks_size() == 1);
        CHECK_FALSE(stream(tag).sinks(0).has_send());
    }
    ng::Flags again;
    again.recrypt = true;
    offered(srtp(4000, crypto(key_a)), again);
    answered(srtp(6000, crypto(key_b)), again);
    CHECK(same(stream("a").receive(), stream("a").sinks(0).send()));
    CHECK(same(stream("b").receive(), stream("b").sinks(0).send()));
}

TEST_CASE_FIXTURE(Fixture, "different suites on both sides") {
    const std::string other = "AES_CM_128_HMAC_SHA1_32";
    offered(srtp(4000, crypto(key_a)));
    const auto sent = of("b").keys.sent;
    const auto line = std::ranges::find(sent, srtp::find_suite(other), &sdp::Crypto::suite);
    REQUIRE(line != sent.end());
    const auto shown = answered(srtp(6000, crypto(key_b, other, line->tag)));
    CHECK(has(shown, "a=crypto:1 " + suite));
    CHECK_FALSE(has(shown, key_b)); // their key is of another suite
    CHECK(master(stream("a").receive()) == bytes_of(key_a));
    CHECK(stream("a").sinks(0).send().suite() == other);
    CHECK(stream("b").receive().suite() == other);
    CHECK(master(stream("b").sinks(0).send()) == bytes_of(key_in(shown)));
}

TEST_CASE_FIXTURE(Fixture, "a re-INVITE's new keys are in force when it has been answered, the former ones until then") {
    offered(srtp(4000, crypto(key_a)), towards("RTP/AVP"));
    const auto first = answered(audio(6000));
    offered(srtp(4000, crypto(key_c)), towards("RTP/AVP"));
    CHECK(master(stream("a").receive()) == bytes_of(key_a));
    CHECK(stream("a").sinks_size() == 1);
    const auto second = answered(audio(6000));
    CHECK(master(stream("a").receive()) == bytes_of(key_c));
    CHECK(key_in(second) == key_in(first)); // ours goes on
}

TEST_CASE_FIXTURE(Fixture, "from RTP to SRTP and back by re-INVITE: what was agreed goes on until there is an answer") {
    offered(audio(4000));
    answered(audio(6000));
    offered(audio(4000), towards("RTP/SAVP"));
    CHECK(stream("a").sinks_size() == 1);
    CHECK_FALSE(stream("a").sinks(0).has_send());
    answered(srtp(6000, crypto(key_b, suite, 7)));
    CHECK(stream("a").sinks(0).has_send());
    CHECK(stream("b").has_receive());
    offered(audio(4000), towards("RTP/AVP"));
    CHECK(stream("a").sinks(0).has_send());
    answered(audio(6000));
    CHECK_FALSE(stream("a").sinks(0).has_send());
    CHECK_FALSE(stream("b").has_receive());
}

TEST_CASE_FIXTURE(Fixture, "who wants SRTP and names no key that we know is sent nothing") {
    for (const auto& lines : {std::string{}, crypto(key_b, "AES_CM_512"), crypto(key_b, suite, 99)}) {
        offered(audio(4000), towards("RTP/SAVP"));
        answered(srtp(6000, lines));
        CHECK(stream("a").sinks_size() == 0);
        CHECK(stream("b").sinks_size() == 0);
    }
    answered(audio(6000)); // in the clear after all
    CHECK(stream("a").sinks_size() == 1);
    CHECK_FALSE(stream("a").sinks(0).has_send());
}

TEST_CASE_FIXTURE(Fixture, "an offer for SRTP without a key is sent nothing in the clear") {
    offered(srtp(4000, ""));
    answered(srtp(6000, crypto(key_b, suite, 7)));
    CHECK(stream("b").has_receive());
    CHECK(stream("b").sinks_size() == 0);
}

TEST_CASE_FIXTURE(Fixture, "keys beside a profile without them: OSRTP passes, and is declined as the other side does") {
    const auto text = offered(audio(4000, crypto(key_a)));
    CHECK(has(text, " RTP/AVP 0 8\r\n"));
    CHECK(has(text, crypto(key_a)));
    CHECK_FALSE(has(answered(audio(6000)), "crypto"));
    CHECK(stream("a").sinks_size() == 1);
    CHECK_FALSE(stream("a").has_receive());
    CHECK_FALSE(stream("b").sinks(0).has_send());
}

TEST_CASE_FIXTURE(Fixture, "OSRTP is accepted by us where the flags say so, and made of a plain offer") {
    offered(audio(4000, crypto(key_a)), osrtp("accept-rfc"));
    const auto shown = answered(audio(6000), osrtp("accept-rfc"));
    CHECK(has(shown, "a=crypto:1 " + suite));
    CHECK(has(shown, " RTP/AVP 0 8\r\n"));
    CHECK(master(stream("a").receive()) == bytes_of(key_a));

    ExchangeFixture second;
    const auto made = *second.described(second.offer(body("198.51.100.1", audio(4000)), osrtp("offer")));
    CHECK(has(made, " RTP/AVP 0 8\r\n"));
    CHECK(has(made, "a=crypto:1 AEAD_AES_256_GCM"));
    const auto taken = *second.described(second.answer(body("192.0.2.1", audio(6000, crypto(key_b, suite, 7)))));
    CHECK_FALSE(has(taken, "crypto"));
    CHECK(second.media("b").keys.agreed);
    CHECK_FALSE(second.media("a").keys.agreed);
}

TEST_CASE_FIXTURE(Fixture, "keys in an answer that nobody has asked for are none") {
    offered(audio(4000));
    answered(audio(6000, crypto(key_b)));
    CHECK_FALSE(stream("b").has_receive());
    CHECK_FALSE(stream("a").sinks(0).has_send());
}

TEST_CASE_FIXTURE(Fixture, "on hold a sink stays, silent, so that its keys go on afterwards; one without keys goes") {
    offered(audio(4000), towards("RTP/SAVP"));
    answered(srtp(6000, crypto(key_b, suite, 7)));
    const auto before = stream("a").sinks(0);
    offered(audio(4000, "a=inactive\r\n"), towards("RTP/SAVP"));
    answered(srtp(6000, crypto(key_b, suite, 7) + "a=inactive\r\n"));
    REQUIRE(stream("a").sinks_size() == 1);
    CHECK(stream("a").sinks(0).silent());
    CHECK(same(stream("a").sinks(0).send(), before.send()));
    CHECK(stream("b").sinks_size() == 0);
    offered(audio(4000), towards("RTP/SAVP"));
    answered(srtp(6000, crypto(key_b, suite, 7)));
    CHECK(stream("a").sinks(0).SerializeAsString() == before.SerializeAsString());
}

TEST_CASE_FIXTURE(Fixture, "another port of ours has another key; until it is agreed upon the former one is in force, by the former port") {
    offered(audio(4000), towards("RTP/SAVP", {"only-" + suite}));
    answered(srtp(6000, crypto(key_b)));
    const auto before = stream("a").sinks(0);
    const auto text = offered(audio(4100), towards("RTP/SAVP", {"only-" + suite}));
    REQUIRE(of("b").current->port(0)->id != before.stream());
    REQUIRE(stream("a").sinks_size() == 1);
    CHECK(stream("a").sinks(0).SerializeAsString() == before.SerializeAsString()); // if it is refused, nothing has happened
    answered(srtp(6000, crypto(key_b)));
    REQUIRE(stream("a").sinks_size() == 1);
    CHECK(stream("a").sinks(0).stream() == of("b").current->port(0)->id);
    CHECK(master(stream("a").sinks(0).send()) == bytes_of(key_in(text)));
    CHECK_FALSE(same(stream("a").sinks(0).send(), before.send()));
}

TEST_CASE_FIXTURE(Fixture, "likewise in an answer") {
    offered(srtp(4000, crypto(key_a)), towards("RTP/AVP"));
    const auto first = answered(audio(6000));
    offered(srtp(4000, crypto(key_a)), towards("RTP/AVP"));
    const auto second = answered(audio(6100));
    CHECK(key_in(first) != key_in(second));
    CHECK(master(stream("b").sinks(0).send()) == bytes_of(key_in(second)));
}

// Where packets come in by another port, nothing is known of what has been sent under the key.
TEST_CASE_FIXTURE(Fixture, "another port that packets come in by has another key, too: the answer brings it") {
    offered(srtp(4000, crypto(key_a)), towards("RTP/AVP"));
    const auto first = answered(audio(6000));
    const auto* const out = of("a").current->port(0);
    const auto in = of("b").current->port(0)->id;
    offered(srtp(4100, crypto(key_a)), towards("RTP/AVP")); // the callee gets another port of ours
    REQUIRE(of("b").current->port(0)->id != in);
    REQUIRE(of("a").current->port(0) == out);
    const auto second = answered(audio(6000));
    CHECK(key_in(first) != key_in(second));
    unsigned sending = 0;
    link::Arena arena;
    for (auto& [port, made] : desired_streams({&of("b")}, [](const StateKey&) { return state::View(); }, arena)) {
        if (port->stream != 0 || !made->sinks_size()) continue;
        ++sending;
        CHECK(port->id == of("b").current->port(0)->id); // the former one is silent
        CHECK(master(made->sinks(0).send()) == bytes_of(key_in(second)));
    }
    CHECK(sending == 1);
}

TEST_CASE_FIXTURE(Fixture, "who answers the same offer with another suite after somebody else is understood") {
    const std::string other = "AES_CM_128_HMAC_SHA1_32";
    offered(audio(4000), towards("RTP/SAVP"));
    const auto line = [&](const std::string& name) {
        return std::ranges::find(of("b").keys.sent, srtp::find_suite(name), &sdp::Crypto::suite)->tag;
    };
    const auto first_tag = line(suite), second_tag = line(other);
    answered(srtp(6000, crypto(key_b, suite, first_tag)));
    const auto first = stream("a").sinks(0).send();
    answered(srtp(6000, crypto(key_b, other, second_tag)));
    REQUIRE(stream("a").sinks_size() == 1);
    CHECK(stream("a").sinks(0).send().suite() == other);
    // What was in force never comes again.
    answered(srtp(6000, crypto(key_b, suite, first_tag)));
    CHECK(stream("a").sinks_size() == 0);
    offered(audio(4000), towards("RTP/SAVP"));
    for (const auto& each : of("b").keys.sent)
        if (each.suite == srtp::find_suite(suite)) CHECK(std::string(each.keys[0].key.view().begin(), each.keys[0].key.view().end()) != first.masters(0).key());
}

TEST_CASE_FIXTURE(Fixture, "a section that was refused and is taken later has new keys") {
    offered(srtp(4000, crypto(key_a)) + srtp(4002, crypto(key_a)), towards("RTP/AVP"));
    const auto first = answered(audio(6000) + audio(6002));
    offered(srtp(4000, crypto(key_a)) + srtp(4002, crypto(key_a)), towards("RTP/AVP"));
    answered(audio(6000) + audio(0));
    offered(srtp(4000, crypto(key_a)) + srtp(4002, crypto(key_a)), towards("RTP/AVP"));
    const auto third = answered(audio(6000) + audio(6002));
    const auto last_key = [](const std::string& text) { return key_in(text.substr(text.rfind("a=crypto"))); };
    CHECK(last_key(first) != last_key(third));
}

TEST_CASE_FIXTURE(Fixture, "under keys of ours it stays RTP until an answer says otherwise") {
    offered(srtp(4000, crypto(key_a)), towards("RTP/AVP"));
    answered(audio(6000));
    const auto before = stream("a").component();
    offered(srtp(4000, "a=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33\r\n"), towards("RTP/AVP"));
    CHECK(stream("a").component() == before);
    CHECK(stream("a").has_receive());
}

TEST_CASE_FIXTURE(Fixture, "echoed media goes back under our key, and nowhere else; the sinks stay when it ends") {
    for (const bool recrypt : {true, false}) { // the same keys on both sides would let it pass as it came
        Fixture fresh;
        fresh.offered(srtp(4000, crypto(key_a)));
        fresh.answered(srtp(6000, crypto(key_b)));
        auto& media = fresh.of("a");
        media.recrypt = recrypt;
        media.echo = ng::MediaEcho::both, media.has_echoed = true;
        const auto echoed = fresh.stream("a");
        CHECK(echoed.echo() == link::NO_ECHO);
        CHECK(master(echoed.receive()) == bytes_of(key_a));
        REQUIRE(echoed.sinks_size() == 2);
        CHECK(echoed.sinks(0).stream() == echoed.id());
        CHECK_FALSE(echoed.sinks(0).silent());
        CHECK(master(echoed.sinks(0).send()) == bytes_of(key_b));
        CHECK(echoed.sinks(1).silent());
        media.echo = ng::MediaEcho::unchanged, media.recrypt = true;
        const auto over = fresh.stream("a");
        REQUIRE(over.sinks_size() == 2);
        CHECK(over.sinks(0).silent());
        CHECK_FALSE(over.sinks(1).silent());
    }
}
