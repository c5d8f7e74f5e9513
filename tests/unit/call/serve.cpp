// SPDX-License-Identifier: Apache-2.0
// What a verb needs is there when it runs, or the request is refused in its command's own words.
#include <algorithm>
#include <set>

#include "control/verbs/table.h"
#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;
using verbs::Verb;

namespace {

bool requires_key(const ng::CommandRow& row, ng::Needs needs) {
    return std::any_of(row.requirements.begin(), row.requirements.end(), [&](const auto& each) { return each.needs == needs; });
}

// Everything that any command must have.
ng::Dict full(const char* id) {
    ng::Dict dict;
    dict.add("call-id", id);
    dict.add("from-tag", "a");
    dict.add("to-tag", "b");
    dict.add("sdp", "v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n");
    return dict;
}

struct Fixture : WorkerFixture {
    Fixture() : WorkerFixture(3600) {}
    std::string reason(std::string_view command, const ng::Dict& dict) { return std::string(ng::text_of(wait(command, dict), "error-reason")); }
};

} // namespace

TEST_CASE("a verb needs nothing that its command's requests needn't have") {
    std::set<std::string_view> names;
    for (const auto& verb : verbs::table()) {
        CAPTURE(verb.command);
        const auto* row = ng::find_command(verb.command);
        REQUIRE(row);
        CHECK(names.insert(verb.command).second);
        const auto& needs = verb.needs;
        CHECK(needs.sdp == requires_key(*row, ng::Needs::sdp));
        CHECK((needs.of == Verb::Of::call) == requires_key(*row, ng::Needs::known_call));
        CHECK((needs.of == Verb::Of::call) == !ng::without_call(*row).empty());
        if (needs.of != Verb::Of::nothing) CHECK(requires_key(*row, ng::Needs::call_id) != needs.names);
        if (needs.of == Verb::Of::nothing) CHECK_FALSE((needs.turn || needs.figures || needs.party));
        if (needs.party) CHECK(needs.of == Verb::Of::call);
    }
}

TEST_CASE_FIXTURE(Fixture, "a call that isn't there, in the words of each command") {
    for (const auto& verb : verbs::table())
        if (verb.needs.of == Verb::Of::call) CHECK(reason(verb.command, full("nobody")) == ng::without_call(*ng::find_command(verb.command)));
    CHECK(ng::text_of(wait("delete", full("nobody")), "warning") == "Call-ID not found or tags didn't match");
    CHECK(instance.calls().empty());
}

TEST_CASE_FIXTURE(Fixture, "a body that can't be read makes no call") {
    auto dict = ng::Dict();
    for (const auto& [key, value] : full("call")) dict.add(key, key == "sdp" ? ng::Value("m=audio") : value);
    CHECK_FALSE(reason("offer", dict).empty());
    CHECK(instance.calls().empty());
}

TEST_CASE_FIXTURE(Fixture, "whose call ends while it waits for its turn is told what it would have been told after that") {
    set_up_call();
    internal.mood = PlayedWorker::Mood::halted; // so the deletion takes a while
    const auto deletion = ask("delete", named("a"));
    auto block = named("a");
    const auto blocked = ask("block media", block), answered = ask("answer", full("call")), deleted = ask("delete", named("a"));
    internal.resume();
    run_until([&] { return deletion->has_value() && blocked->has_value() && answered->has_value() && deleted->has_value(); });
    CHECK(ng::text_of(**deletion, "result") == "ok");
    CHECK(ng::text_of(**blocked, "error-reason") == "Unknown call-ID");
    CHECK(ng::text_of(**answered, "error-reason") == "Unknown call-id");
    CHECK_FALSE(ng::text_of(**deleted, "warning").empty());
}

TEST_CASE_FIXTURE(Fixture, "a request about a party finds it, or changes nothing") {
    set_up_call();
    auto wrong = named("nobody");
    wrong.add("flags", ng::List{"directional"});
    CHECK(reason("block media", wrong) == "From-tag given, but no such tag exists");
    auto right = named("a");
    right.add("flags", ng::List{"directional"});
    right.add("to-tag", "b");
    CHECK(ng::text_of(wait("block media", right), "result") == "ok");
    const auto& call = *instance.calls().find("call");
    CHECK(call.find_tag("b")->medias[0]->subscriptions.at(0).blocked);
    CHECK_FALSE(call.find_tag("a")->medias[0]->subscriptions.at(0).blocked);
    CHECK_FALSE(call.blocked);
}

TEST_CASE_FIXTURE(Fixture, "silence is the call's, a party's by its tag, with or without a word for that, or a flow's; each has its own end") {
    set_up_call();
    const auto& call = *instance.calls().find("call");
    const auto silenced = [&] { return std::tuple{call.silenced, call.find_tag("a")->medias[0]->silenced, call.find_tag("b")->medias[0]->silenced}; };
    const auto done = [&](const char* command, const ng::Dict& keys) { return ng::text_of(wait(command, keys), "result") == "ok"; };
    auto whole = named("a");
    whole.add("all", "all");
    CHECK(done("silence media", named("a")));
    CHECK(silenced() == std::tuple{false, true, false});
    CHECK(done("silence media", whole));
    CHECK(silenced() == std::tuple{true, true, false});
    CHECK(done("unsilence media", named("a")));
    CHECK(silenced() == std::tuple{true, false, false});
    CHECK(done("silence media", named("b")));
    CHECK(done("unsilence media", whole)); // the parties' too
    CHECK(silenced() == std::tuple{false, false, false});
    auto flow = named("a");
    flow.add("to-tag", "b");
    CHECK(done("silence media", flow));
    CHECK(call.find_tag("b")->medias[0]->subscriptions.at(0).silenced);
    CHECK_FALSE(call.blocked);
    CHECK(reason("silence media", named("nobody")) == "From-tag given, but no such tag exists");
}
