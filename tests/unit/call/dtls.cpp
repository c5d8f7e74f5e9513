// SPDX-License-Identifier: Apache-2.0
// DTLS-SRTP through a call: what both are shown, and what their workers are told.
#include "control/call/dtls_exchange.h"

#include "common/dtls/identity.h"
#include "control/call/streams.h"
#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

const std::string print_a = "sha-1 D7:0B:63:91:FE:2A:C8:45:7F:13:B6:E0:5C:88:34:AD:79:02:F5:1E",
                  print_b = "sha-1 00:0B:63:91:FE:2A:C8:45:7F:13:B6:E0:5C:88:34:AD:79:02:F5:1E";

std::string dtls_audio(unsigned port, const std::string& setup, const std::string& print = print_a, const std::string& more = "") {
    return "m=audio " + std::to_string(port) + " UDP/TLS/RTP/SAVP 0 8\r\na=setup:" + setup + "\r\na=fingerprint:" + print + "\r\n" + more;
}
ng::Flags towards(const std::string& profile, std::vector<std::string> dtls = {}) {
    ng::Flags flags;
    flags.transport_protocol = profile;
    flags.dtls = std::move(dtls);
    flags.sdes = {"off"};
    return flags;
}
std::string value_of(const std::string& text, const std::string& name) {
    const auto at = text.find("a=" + name + ":");
    return at == text.npos ? "" : text.substr(at + name.size() + 3, text.find('\r', at) - at - name.size() - 3);
}

struct Fixture : SectionFixture {
    Fixture() { certificate = dtls::make_identity({"test"})->certificate; }
    // A worker has said so.
    void establish(const char* tag, unsigned number, std::uint8_t with) {
        auto& dtls = of(tag).dtls;
        sdp::SdesPair pair;
        for (auto* line : {&pair.ours, &pair.theirs}) {
            line->suite = srtp::find_suite("AES_CM_128_HMAC_SHA1_80");
            auto& master = line->keys.emplace_back();
            std::ranges::fill(master.key.make(16), with++);
            std::ranges::fill(master.salt.make(14), with++);
        }
        dtls.keys[number] = {dtls.association->number, pair};
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "roles: what is answered to whom") {
    struct Row {
        std::string setup;
        std::vector<std::string> words;
        std::string answer;
    };
    for (const auto& row : {Row{"actpass", {}, "active"}, Row{"actpass", {"passive"}, "passive"}, Row{"actpass", {"passive", "active"}, "active"},
                            Row{"active", {}, "passive"}, Row{"passive", {"passive"}, "active"}}) {
        CAPTURE(row.setup);
        Fixture fresh;
        fresh.offered(dtls_audio(4000, row.setup), towards("RTP/AVP", row.words));
        const auto shown = fresh.answered(audio(6000));
        CHECK(value_of(shown, "setup") == row.answer);
        CHECK(value_of(shown, "fingerprint").starts_with("sha-1 ")); // as theirs
        CHECK(value_of(shown, "tls-id").size() == 32);
        const auto rule = fresh.stream("a");
        REQUIRE(rule.has_dtls());
        CHECK(rule.dtls().active() == (row.answer == "active"));
        CHECK(rule.dtls().hash() == "sha-1");
        CHECK(rule.dtls().fingerprint().size() == 20);
        CHECK(rule.dtls().identity() == dtls::digest("sha-256", fresh.certificate));
        CHECK_FALSE(rule.dtls().done());
        CHECK_FALSE(fresh.stream("b").has_dtls());
    }
}

TEST_CASE_FIXTURE(Fixture, "neither role nor fingerprint: no DTLS, and nothing in the clear") {
    for (const auto& section : {dtls_audio(4000, "holdconn"), dtls_audio(4000, "actpass", "md5 00:11"), std::string("m=audio 4000 UDP/TLS/RTP/SAVP 0 8\r\n")}) {
        Fixture fresh;
        fresh.offered(section, towards("RTP/AVP"));
        CHECK(value_of(fresh.answered(audio(6000)), "fingerprint").empty());
        CHECK_FALSE(fresh.stream("a").has_dtls());
        CHECK(fresh.stream("a").sinks_size() == 0);
        CHECK(fresh.stream("b").sinks_size() == 0);
    }
}

TEST_CASE_FIXTURE(Fixture, "until there are keys nothing goes; then each port has its own") {
    CHECK(value_of(offered(audio(4000), towards("UDP/TLS/RTP/SAVP")), "setup") == "actpass");
    CHECK(stream("a").sinks_size() == 0);
    answered(dtls_audio(6000, "active"));
    for (const unsigned number : {0u, 1u}) {
        CHECK(stream("b", number).has_dtls());
        CHECK_FALSE(stream("b", number).dtls().active());
        CHECK(stream("b", number).sinks_size() == 0);
        CHECK(stream("a", number).sinks_size() == 0);
    }
    establish("b", 0, 1);
    CHECK(stream("b").dtls().done());
    CHECK(stream("b").has_receive());
    CHECK(stream("b").sinks_size() == 1);
    REQUIRE(stream("a").sinks_size() == 1);
    CHECK(stream("a").sinks(0).send().masters(0).key() == std::string(16, 1));
    CHECK(stream("b").receive().masters(0).key() == std::string(16, 3));
    CHECK_FALSE(stream("b", 1).has_receive()); // that is another handshake
    CHECK(stream("a", 1).sinks_size() == 0);
    establish("b", 1, 9);
    CHECK(stream("a", 1).sinks(0).send().masters(0).key() == std::string(16, 9));
}

TEST_CASE_FIXTURE(Fixture, "a re-INVITE goes on with the same; another fingerprint or tls-id is another association") {
    const auto first = offered(audio(4000), towards("UDP/TLS/RTP/SAVP"));
    answered(dtls_audio(6000, "active", print_a, "a=tls-id:" + std::string(32, 'a') + "\r\n"));
    establish("b", 0, 1);
    establish("b", 1, 1);
    const auto number = stream("b").dtls().association();
    const auto again = offered(audio(4000), towards("UDP/TLS/RTP/SAVP"));
    for (const auto* name : {"setup", "fingerprint", "tls-id"}) CHECK(value_of(again, name) == value_of(first, name));
    answered(dtls_audio(6000, "active", print_a, "a=tls-id:" + std::string(32, 'a') + "\r\n"));
    CHECK(stream("b").dtls().association() == number);
    CHECK(stream("b").dtls().done());
    for (const auto& changed : {dtls_audio(6000, "active", print_a, "a=tls-id:" + std::string(32, 'b') + "\r\n"), dtls_audio(6000, "active"),
                                dtls_audio(6000, "passive", print_b)}) {
        const auto before = stream("b").dtls().association();
        offered(audio(4000), towards("UDP/TLS/RTP/SAVP"));
        answered(changed);
        CHECK(stream("b").dtls().association() != before);
        CHECK_FALSE(stream("b").dtls().done());
        CHECK(stream("b").has_receive()); // the former keys, until there are others
        establish("b", 0, 5);
        CHECK(stream("b").dtls().done());
    }
    CHECK(stream("b").dtls().active());
}

TEST_CASE_FIXTURE(Fixture, "who goes on without DTLS has plain media; who takes SDES isn't offered DTLS again") {
    auto both = towards("RTP/SAVP");
    both.sdes = {"only-AES_CM_128_HMAC_SHA1_80"};
    const auto text = offered(audio(4000), both);
    CHECK_FALSE(value_of(text, "crypto").empty());
    CHECK_FALSE(value_of(text, "fingerprint").empty());
    answered("m=audio 6000 RTP/SAVP 0 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:uldRNToxAxJc4XmtvhogOAc/qfgo4rw5pITBuQQE\r\n");
    CHECK_FALSE(stream("b").has_dtls());
    CHECK(stream("b").has_receive());
    CHECK(value_of(offered(audio(4000), both), "fingerprint").empty());

    Fixture fresh;
    fresh.offered(dtls_audio(4000, "actpass"), towards("RTP/AVP"));
    fresh.answered(audio(6000));
    fresh.establish("a", 0, 1);
    fresh.offered(audio(4000), towards("RTP/AVP"));
    fresh.answered(audio(6000));
    CHECK_FALSE(fresh.stream("a").has_dtls());
    CHECK_FALSE(fresh.stream("a").has_receive());
    CHECK(fresh.stream("a").sinks_size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "after it was given up there is another association, by a tls-id of its own; one that never came about keeps it") {
    const auto first = value_of(offered(audio(4000), towards("UDP/TLS/RTP/SAVP")), "tls-id");
    CHECK(value_of(offered(audio(4000), towards("UDP/TLS/RTP/SAVP")), "tls-id") == first);
    answered(dtls_audio(6000, "active"));
    CHECK(value_of(offered(audio(4000), towards("UDP/TLS/RTP/SAVP")), "tls-id") == first);
    answered(audio(6000)); // plain
    CHECK_FALSE(of("b").dtls.association);
    const auto again = value_of(offered(audio(4000), towards("UDP/TLS/RTP/SAVP")), "tls-id");
    CHECK(again.size() == 32);
    CHECK(again != first);
}

TEST_CASE_FIXTURE(Fixture, "both ways offered: DTLS, unless SDES is wanted rather") {
    const auto both = dtls_audio(4000, "actpass", print_a, "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:Eh7wsRJ1BrdRwMfnJ2jusGrHZwZJFbu46wyL8wUc\r\n");
    offered(both, towards("RTP/AVP"));
    CHECK(value_of(answered(audio(6000)), "crypto").empty());
    auto rather = towards("RTP/AVP");
    rather.sdes = {"prefer"};
    for (const auto& [offering, answering] : {std::pair(rather, ng::Flags()), std::pair(towards("RTP/AVP"), towards("", {"off"}))}) {
        Fixture fresh;
        fresh.offered(both, offering);
        const auto shown = fresh.answered(audio(6000), answering);
        CHECK_FALSE(value_of(shown, "crypto").empty());
        CHECK(value_of(shown, "fingerprint").empty());
        CHECK_FALSE(fresh.stream("a").has_dtls());
        CHECK(fresh.stream("a").has_receive());
    }
}

TEST_CASE_FIXTURE(Fixture, "from another port of ours it is another association") {
    offered(audio(4000), towards("UDP/TLS/RTP/SAVP"));
    answered(dtls_audio(6000, "active"));
    establish("b", 0, 1);
    const auto before = stream("b");
    const auto tls_id = of("b").dtls.tls_id;
    const auto shown = *described(offer(body("198.51.100.77", audio(4444)), towards("UDP/TLS/RTP/SAVP")));
    CHECK(value_of(shown, "tls-id") != tls_id);
    answered(dtls_audio(6000, "active"));
    const auto now = stream("b");
    REQUIRE(now.id() != before.id());
    CHECK(now.dtls().association() != before.dtls().association());
    CHECK_FALSE(now.has_receive());
    CHECK(stream("a").sinks_size() == 0);
}

TEST_CASE_FIXTURE(Fixture, "with rtcp-mux there is one handshake") {
    offered(audio(4000), [] {
        auto flags = towards("UDP/TLS/RTP/SAVP");
        flags.mux_offer = true;
        return flags;
    }());
    answered(dtls_audio(6000, "active", print_a, "a=rtcp-mux\r\n"));
    establish("b", 0, 1);
    CHECK(stream("b").dtls().done());
    unsigned wanted = 0;
    link::Arena arena;
    for (auto& [port, made] : desired_streams({&of("b")}, [](const StateKey&) { return state::View(); }, arena)) wanted += !made->dtls().done();
    CHECK(wanted == 0);
}

TEST_CASE_FIXTURE(Fixture, "without a certificate of ours nobody is offered DTLS, and nobody answered with it") {
    certificate.clear();
    CHECK(value_of(offered(audio(4000), towards("UDP/TLS/RTP/SAVP")), "fingerprint").empty());
}

TEST_CASE_FIXTURE(Fixture, "RTCP that is multiplexed for a while goes on with its own keys afterwards: it is the same association") {
    const auto exchange = [this](const std::string& mux) {
        auto flags = towards("UDP/TLS/RTP/SAVP");
        flags.mux_demux = mux.empty();
        flags.mux_offer = !mux.empty();
        const auto text = offered(audio(4000), flags);
        CHECK((text.find("a=rtcp-mux") == std::string::npos) == mux.empty());
        answered(dtls_audio(6000, "active", print_a, mux));
    };
    exchange("");
    establish("b", 0, 1);
    establish("b", 1, 9);
    const auto number = stream("b").dtls().association();
    for (const char* mux : {"a=rtcp-mux\r\n", ""}) {
        exchange(mux);
        CHECK(stream("b").dtls().done());
        CHECK(stream("b").dtls().association() == number);
        CHECK(stream("b").receive().masters(0).key() == std::string(16, 3));
    }
    REQUIRE(stream("b", 1).has_dtls());
    CHECK(stream("b", 1).dtls().done());
    CHECK(stream("b", 1).receive().masters(0).key() == std::string(16, 11));
    CHECK(stream("a", 1).sinks(0).send().masters(0).key() == std::string(16, 9));
}
