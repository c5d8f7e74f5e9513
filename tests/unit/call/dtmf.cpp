// SPDX-License-Identifier: Apache-2.0
// Telephone events that are dropped: for a call, or what a party sends.
#include "control/call/number_set.h"
#include "exchange_fixture.h"
#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

constexpr unsigned voice = 0, event = 101;

std::string with_events(unsigned port) {
    return "m=audio " + std::to_string(port) + " RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n";
}

struct Rules : SectionFixture {
    Rules() {
        offered(with_events(4000));
        answered(with_events(6000));
    }
    // What the party sends of that payload type doesn't leave.
    bool drops(const char* tag, unsigned type) {
        const auto rule = stream(tag);
        REQUIRE(rule.sinks_size() > 0);
        return rule.sinks(0).has_edit() && to_set<128>(rule.sinks(0).edit().dropped_types()).test(type);
    }
};

struct Verbs : WorkerFixture {
    Verbs() { set_up_call(); }
    const Call& call() const { return *instance.calls().find("call"); }
    std::string result(const char* command, const ng::Dict& dict) { return std::string(ng::text_of(wait(command, dict), "result")); }
    ng::Dict with(const char* key, ng::Value value) const {
        auto dict = named("a");
        dict.add(key, std::move(value));
        return dict;
    }
};

} // namespace

TEST_CASE_FIXTURE(Rules, "events of a party are dropped, its voice and the other's events are not") {
    CHECK_FALSE(drops("a", event));
    of("a").party->events_blocked = true;
    CHECK(drops("a", event));
    CHECK_FALSE(drops("a", voice));
    CHECK_FALSE(drops("b", event));
    of("a").party->events_blocked = false;
    call->events_blocked = true;
    CHECK(drops("a", event));
    CHECK(drops("b", event));
}

TEST_CASE_FIXTURE(Rules, "where media is blocked too, nothing is left") {
    of("a").party->events_blocked = true;
    of("a").blocked = true;
    CHECK(stream("a").sinks_size() == 0);
}

TEST_CASE_FIXTURE(Verbs, "the call, and each party, have a switch of their own; `all` has all of them") {
    const auto* party = call().find_tag("a");
    CHECK(result("block DTMF", named("a")) == "ok");
    CHECK(call().events_blocked);
    CHECK_FALSE(party->events_blocked); // a tag without `directional` means nobody
    CHECK(result("block DTMF", with("flags", ng::List{"directional"})) == "ok");
    CHECK(party->events_blocked);
    CHECK(result("unblock DTMF", named("a")) == "ok");
    CHECK_FALSE(call().events_blocked);
    CHECK(party->events_blocked);
    CHECK(result("unblock DTMF", with("all", "all")) == "ok");
    CHECK_FALSE(party->events_blocked);
}

TEST_CASE_FIXTURE(Verbs, "what can't be done to digits is refused, and lets none pass unnoticed") {
    for (const auto& [key, value] : {std::pair{"DTMF-security", "silence"}, {"DTMF-security", "tone"}, {"trigger", "123"}, {"DTMF-delay", "100"}}) {
        CHECK(result("block DTMF", with(key, value)) == "error");
        CHECK_FALSE(call().events_blocked);
    }
    CHECK(result("block DTMF", with("DTMF-security", "drop")) == "ok");
    CHECK(call().events_blocked);
    CHECK(result("block DTMF", with("DTMF-security", "off")) == "ok");
    CHECK_FALSE(call().events_blocked);
}
