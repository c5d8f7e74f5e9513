// SPDX-License-Identifier: Apache-2.0
// What is negotiated of ICE: specification 6.1.
#include "control/call/ice.h"

#include "control/call/streams.h"
#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

std::string ice(const std::string& ufrag, const std::string& more = "") {
    return "a=ice-ufrag:" + ufrag + "\r\na=ice-pwd:0123456789012345678901\r\n" + more;
}

struct Fixture : ExchangeFixture {
    ng::Flags flags;

    Exchange calls(const std::string& more) { return offer(body("198.51.100.1", audio(4000, more)), flags); }
    Exchange answers(const std::string& more) { return answer(body("192.0.2.1", audio(6000, more))); }
    std::string shown(const Exchange& exchange) {
        const auto text = described(exchange);
        REQUIRE(text);
        return *text;
    }
    // The rule of that port.
    link::Stream rule(const char* tag, unsigned address = 0, unsigned stream = 0) { return rule(media(tag), address, stream); }
    static link::Stream rule(const Media& media, unsigned address = 0, unsigned stream = 0) {
        link::Stream made;
        put_ice(made, media, *media.current, media.current->ports.at(address).at(stream));
        return made;
    }
};

// False: that says nothing new.
bool select(Media& media, const LocalPort& port, const Endpoint& remote) {
    const auto pair = new_pair(media, port, remote);
    if (pair) media.connectivity.selected[port.stream] = *pair;
    return pair.has_value();
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "who calls with ICE is answered with ICE, whatever the callee is offered and says") {
    struct Row {
        ng::IceOption wanted;
        bool caller, reject, callee_offered;
    };
    using Option = ng::IceOption;
    for (const auto& row : {Row{Option::by_default, true, false, true}, {Option::by_default, false, false, false}, {Option::force, false, false, true},
                            {Option::remove, true, false, false}, {Option::by_default, true, true, true}, {Option::remove, true, true, false}}) {
        Fixture fresh;
        fresh.flags.ice = row.wanted;
        fresh.flags.ice_reject = row.reject;
        CHECK(contains(fresh.shown(fresh.calls(row.caller ? ice("abcd") : "")), "a=ice-ufrag:") == row.callee_offered);
        CHECK(contains(fresh.shown(fresh.answers("")), "a=ice-ufrag:") == (row.caller && !row.reject));
        CHECK_FALSE(fresh.media("b").ice);
    }
}

TEST_CASE_FIXTURE(Fixture, "an answer without ICE ends it, one with ICE that was not offered brings none") {
    flags.ice = ng::IceOption::force;
    calls("");
    answers("");
    CHECK_FALSE(rule("b").has_ice());
    Fixture other;
    other.flags.ice = ng::IceOption::remove;
    other.calls("");
    other.answers(ice("peer"));
    CHECK_FALSE(other.media("b").ice);
    CHECK_FALSE(other.rule("b").has_ice());
}

TEST_CASE_FIXTURE(Fixture, "credentials stay until the party restarts by an offer, and are each media's own") {
    const auto first = shown(calls(ice("abcd")));
    answers(ice("peer"));
    const auto ours = media("a").connectivity, to_callee = media("b").connectivity;
    CHECK(ours.ufrag.size() == 8);
    CHECK(ours.pwd.size() == 26);
    CHECK(ours.pwd != to_callee.pwd);
    calls(ice("abcd"));
    answers(ice("othr")); // a restart in an answer
    CHECK(media("a").connectivity.ufrag == ours.ufrag);
    CHECK(media("b").connectivity.ufrag == to_callee.ufrag);
    CHECK(media("b").connectivity.peer_ufrag == "othr");
    calls(ice("anew"));
    CHECK(media("a").connectivity.ufrag != ours.ufrag);
    CHECK(media("a").connectivity.pwd != ours.pwd);
    CHECK(media("b").connectivity.ufrag == to_callee.ufrag);
    flags.reset = true;
    calls(ice("anew"));
    CHECK(media("b").connectivity.ufrag != to_callee.ufrag);
}

TEST_CASE_FIXTURE(Fixture, "other credentials in an answer were asked for if ours are others; else they are no restart of ours") {
    const std::string pwd = "0123456789012345678901";
    const auto& callee = [this]() -> const Connectivity& { return media("b").connectivity; };
    calls(ice("abcd"));
    answers(ice("peer"));
    CHECK_FALSE(callee().restarts_with("peer", pwd)); // the same once more
    CHECK(callee().restarts_with("othr", pwd));
    CHECK(callee().restarts_with("peer", "another"));
    calls(ice("anew")); // the caller's restart is none of the callee's
    CHECK(callee().restarts_with("othr", pwd));
    CHECK(media("a").connectivity.restarts_with("othr", pwd)); // it has ours, which are new, by the answer
    flags.reset = true;
    calls(ice("anew"));
    CHECK_FALSE(callee().restarts_with("othr", pwd));
    answers(ice("othr"));
    CHECK(callee().restarts_with("thrd", pwd));
    CHECK_FALSE(Connectivity().restarts_with("peer", pwd)); // has said nothing before
}

TEST_CASE_FIXTURE(Fixture, "keys of SDES go with the pair: packets leave by its address, whichever address of ours they have come to") {
    const std::string key = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:uldRNToxAxJc4XmtvhogOAc/qfgo4rw5pITBuQQE\r\n";
    flags.transport_protocol = "RTP/SAVP";
    flags.sdes = {"only-AES_CM_128_HMAC_SHA1_80"};
    flags.ice = ng::IceOption::force;
    calls(ice("abcd"));
    answer(body("192.0.2.1", "m=audio 6000 RTP/SAVP 0 8\r\n" + key + ice("peer")));
    auto& b = media("b");
    for (unsigned address : {0u, 1u}) {
        for (unsigned stream : {0u, 1u}) REQUIRE(select(b, b.current->ports[address][stream], *Endpoint::parse(address ? "[2001:db8::7]:77" : "192.0.2.1:77")));
        const auto& leaves_by = b.current->ports[address];
        unsigned sinks = 0;
        link::Arena arena;
        for (auto& [port, made] : desired_streams({&media("a")}, [](const StateKey&) { return state::View(); }, arena))
            for (const auto& sink : made->sinks()) {
                ++sinks;
                CHECK(sink.stream() == leaves_by[port->stream].id);
                CHECK(sink.has_send());
                CHECK_FALSE(sink.silent());
            }
        CHECK(sinks == 4); // RTP and RTCP, of both addresses
    }
}

TEST_CASE_FIXTURE(Fixture, "who is offered finds us controlling, who offers controlled; lite peers are controlled, and so are we when lite") {
    calls(ice("abcd"));
    answers(ice("peer"));
    CHECK_FALSE(rule("a").ice().controlling());
    CHECK(rule("b").ice().controlling());
    Fixture lite;
    lite.flags.ice_lite = ng::IceLite::forward;
    CHECK(contains(lite.shown(lite.calls(ice("abcd", "a=ice-lite\r\n"))), "a=ice-lite\r\nm=audio"));
    CHECK_FALSE(contains(lite.shown(lite.answers(ice("peer"))), "ice-lite"));
    CHECK(lite.rule("a").ice().controlling());
    CHECK_FALSE(lite.rule("a").ice().lite());
    CHECK_FALSE(lite.rule("b").ice().controlling());
    CHECK(lite.rule("b").ice().lite());
}

TEST_CASE_FIXTURE(Fixture, "a rule has both sides' credentials, and the peer's candidates of its component") {
    const auto exchange = calls(ice("abcd", "a=candidate:1 1 UDP 100 198.51.100.1 4000 typ host\r\na=candidate:1 2 UDP 99 198.51.100.1 4001 typ host\r\n"
                      "a=candidate:2 1 TCP 98 198.51.100.1 9 typ host tcptype active\r\na=candidate:3 1 UDP 97 x.local 5 typ host\r\n"
                      "a=candidate:4 1 UDP 96 198.51.100.1 4000 typ srflx raddr 0.0.0.0 rport 0\r\n"));
    const auto rtp = rule("a").ice(), rtcp = rule("a", 0, 1).ice(), other = rule("a", 1).ice();
    CHECK(rtp.remote_ufrag() == "abcd");
    CHECK(rtp.ufrag() == media("a").connectivity.ufrag);
    REQUIRE(rtp.candidates_size() == 1);
    CHECK(rtp.candidates(0).endpoint().port() == 4000);
    CHECK(rtp.candidates(0).priority() == 100);
    REQUIRE(rtcp.candidates_size() == 1);
    CHECK(rtcp.candidates(0).endpoint().port() == 4001);
    CHECK(rtp.agent() == other.agent());
    CHECK(rtp.agent() != rtcp.agent());
    CHECK(rtp.priority() > other.priority());
    // The callee has said nothing yet: who knows our password may check already.
    const auto callee = rule(*exchange.receiver->medias[0]).ice();
    CHECK(callee.remote_ufrag().empty());
    CHECK_FALSE(callee.pwd().empty());
}

TEST_CASE_FIXTURE(Fixture, "of as many candidates as anybody writes a hundred are taken, from fragments too, and each once") {
    std::string many, more;
    for (int i = 0; i < 90; ++i) many += "a=candidate:1 1 UDP 1 198.51.100.1 " + std::to_string(4000 + i) + " typ host\r\n";
    for (int i = 80; i < 200; ++i) more += "a=candidate:1 1 UDP 1 198.51.100.1 " + std::to_string(4000 + i) + " typ host\r\n";
    calls(ice("abcd", "a=ice-options:trickle\r\n" + many));
    const auto fragment = [&](const std::string& ufrag) { return *sdp::parse(ice(ufrag) + "m=audio 9 RTP/AVP 0\r\n" + more, true); };
    trickle(fragment("othr"), *call->find_tag("a")); // of another session
    CHECK(media("a").connectivity.candidates.size() == 90);
    trickle(fragment("abcd"), *call->find_tag("a"));
    CHECK(media("a").connectivity.candidates.size() == 100);
    CHECK(rule("a").ice().candidates_size() == 100);
}

TEST_CASE_FIXTURE(Fixture, "a party that has announced no trickle gets none, one with several sections by their mids") {
    calls(ice("abcd"));
    trickle(*sdp::parse(ice("abcd") + "m=audio 9 RTP/AVP 0\r\na=candidate:1 1 UDP 1 198.51.100.1 4000 typ host\r\n", true), *call->find_tag("a"));
    CHECK(media("a").connectivity.candidates.empty());
    Fixture two;
    const auto section = [](const std::string& mid) { return audio(4000, ice("abcd", "a=ice-options:trickle\r\na=mid:" + mid + "\r\n")); };
    two.offer(body("198.51.100.1", section("x") + section("y")));
    trickle(*sdp::parse("m=audio 9 RTP/AVP 0\r\na=mid:y\r\na=candidate:1 1 UDP 1 198.51.100.1 4000 typ host\r\n", true), *two.call->find_tag("a"));
    CHECK(two.media("a", 0).connectivity.candidates.empty());
    CHECK(two.media("a", 1).connectivity.candidates.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "trickle and ice2 are announced to who does so, or by flag") {
    CHECK_FALSE(contains(shown(calls(ice("abcd", "a=ice-options:trickle ice2\r\n"))), "ice-options"));
    const auto back = shown(answers(ice("peer")));
    CHECK(contains(back, "a=ice-options:trickle ice2\r\n"));
    CHECK(contains(back, "a=end-of-candidates\r\n"));
    Fixture told;
    told.flags.trickle_ice = true;
    CHECK(contains(told.shown(told.calls(ice("abcd"))), "a=ice-options:trickle\r\n"));
}

TEST_CASE_FIXTURE(Fixture, "when checks have ended, packets leave by their pair, and offers name it") {
    calls(ice("abcd"));
    answers(ice("peer"));
    auto& b = media("b");
    const auto pair = *Endpoint::parse("[2001:db8::7]:77");
    CHECK(exit_port(b, *b.current, 0) == b.current->port(0));
    for (unsigned stream : {0u, 1u}) {
        CHECK(select(b, b.current->ports[1][stream], pair));
        CHECK_FALSE(select(b, b.current->ports[1][stream], pair)); // known
        CHECK(exit_port(b, *b.current, stream) == &b.current->ports[1][stream]);
    }
    const auto again = shown(calls(ice("abcd")));
    CHECK(contains(again, "a=remote-candidates:1 2001:db8::7 77 2 2001:db8::7 77\r\n"));
    CHECK(count(again, "a=candidate:") == 2);
    CHECK_FALSE(contains(again, " 203.0.113.1 3"));
    // What is lost leaves by where it was, and nothing is named.
    CHECK_FALSE(select(b, b.current->ports[0][0], {}));
    CHECK(select(b, b.current->ports[1][0], {}));
    CHECK(exit_port(b, *b.current, 0) == &b.current->ports[1][0]);
    CHECK_FALSE(contains(shown(calls(ice("abcd"))), "remote-candidates"));
}

TEST_CASE_FIXTURE(Fixture, "credentials that no check could carry are none") {
    calls(ice(std::string(257, 'x')));
    CHECK_FALSE(media("a").ice);
    CHECK(media("a").connectivity.peer_ufrag.empty());
    calls(ice(std::string(256, 'x')));
    CHECK(media("a").ice);
}
