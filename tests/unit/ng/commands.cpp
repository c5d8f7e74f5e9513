// SPDX-License-Identifier: Apache-2.0
#include "control/ng/commands.h"

#include <doctest/doctest.h>

#include <set>

#include "control/budget.h"
#include "common/ng/bencode.h"
#include "common/ng/coerce.h"

using namespace rtpengine;
using namespace rtpengine::ng;

namespace {

struct Fixture {
    stats::ControlStatistics statistics;
    Commands commands{
        {[](std::string_view id) { return id == "known"; }, {}, [] { return stats::Input{}; }, statistics}};

    std::string ask(const CommandRow& row, const Dict& body) {
        std::string reply;
        RequestContext context;
        context.command = &row;
        commands.execute(context, body, Responder([&](Reply sent) { reply = std::move(sent.message); }));
        return reply;
    }
    std::string ask(std::string_view name, const char* body) {
        return ask(*find_command(name), *decode_bencode(body));
    }
};

std::string error(const char* reason) {
    return "d6:result5:error12:error-reason" + std::to_string(std::string(reason).size()) + ":" + reason +
           "e";
}

} // namespace

TEST_CASE("the table's names are unique, and found") {
    std::set<std::string_view> names, short_names;
    for (const auto& row : command_table) {
        names.insert(row.name);
        short_names.insert(row.statistics_name);
        CHECK(find_command(row.name) == &row);
        CHECK(&command_table[index_of(row)] == &row);
    }
    CHECK(names.size() == command_count);
    CHECK(short_names.size() == command_count);
    CHECK(find_command("CLI") == find_command("cli"));
    for (const char* name : {"", "PING", "Cli", "start-recording", "play dtmf", "offer2"})
        CHECK_FALSE(find_command(name));
}

TEST_CASE_FIXTURE(Fixture,
                  "every command answers an empty request, the unbuilt ones with their first requirement") {
    for (const auto& row : command_table) {
        CAPTURE(row.name);
        const auto reply = ask(row, {});
        if (row.name == "ping")
            CHECK(reply == "d6:result4:ponge");
        else if (row.name == "statistics")
            CHECK(reply.ends_with("6:result2:oke"));
        else
            CHECK(reply ==
                  error(row.requirements.empty() ? "unsupported" : row.requirements[0].otherwise.data()));
    }
}

TEST_CASE_FIXTURE(Fixture, "requirements are checked in their order, with each command's own words") {
    CHECK(ask("block media", "d7:call-id1:xe") == error("Unknown call-ID"));
    CHECK(ask("block media", "d7:call-id5:knowne") == error("unsupported"));
    CHECK(ask("start recording", "d7:call-id1:xe") == error("Unknown call-id"));
    CHECK(ask("connect", "d7:call-id1:xe") == error("Unknown call-ID(s)"));
    CHECK(ask("connect", "d7:call-id5:knowne") == error("No to-tag in message"));
    CHECK(ask("subscribe answer", "d7:call-id5:knowne") == error("No SDP body in message"));
    CHECK(ask("subscribe answer", "d7:call-id5:known3:sdp1:xe") == error("No to-tag in message"));
    CHECK(ask("inject start", "d7:call-id5:known6:to-tag1:xe") == error("No source-tag in message"));
    CHECK(ask("create answer", "d7:call-id1:x8:from-tag1:f3:sdp1:xe") == error("unknown call-ID"));
    CHECK(ask("answer", "d7:call-id1:x8:from-tag1:f6:to-tag1:t3:sdp1:xe") == error("Unknown call-id"));
    CHECK(ask("query", "d7:call-id1:xe") == error("Unknown call-id"));
    CHECK(ask("cli", "d4:body4:liste") == error("unsupported"));
    CHECK(ask("mesh", "d5:callsl5:known1:xee") == error("Unknown call ID(s)"));
    CHECK(ask("mesh", "d5:callsl5:knownee") == error("unsupported"));
    CHECK(ask("mesh", "d5:callsl5:knowne4:tagsld2:toleeee") == error("Empty/missing from-tag"));
    CHECK(ask("transform", "d5:medialdeee") == error("unsupported"));
    CHECK(ask("transform", "d5:mediald11:destinationd7:address1:xeeee") ==
          error("Destination address without family specified"));
    CHECK(ask("offer", "d8:sdp-attr1:xe") == error("wrong type used"));
}

TEST_CASE_FIXTURE(Fixture, "keys inside of rtpp_flags count, except for commands without flags") {
    CHECK(ask("unsubscribe", "d10:rtpp_flags25:call-id=known to-tag=abcde") == error("unsupported"));
    CHECK(ask("query", "d10:rtpp_flags13:call-id=knowne") == error("No call-id in message"));
}

TEST_CASE_FIXTURE(Fixture, "a function gets requests that are read, and have all that their command needs") {
    std::vector<Request> got;
    const auto take = [&](Request request, Responder responder) {
        got.push_back(std::move(request));
        responder.ok();
    };
    commands.set("answer", take);
    commands.set("query", take);
    CHECK(ask("answer", "d7:call-id5:known8:from-tag1:f3:sdp1:xe") == error("No to-tag in message"));
    CHECK(ask("answer", "d7:call-id5:other8:from-tag1:f3:sdp1:x6:to-tag1:te") == error("Unknown call-id"));
    CHECK(ask("answer", "d8:sdp-attr1:xe") == error("wrong type used"));
    CHECK(got.empty());
    CHECK(ask("answer", "d7:call-id5:known8:from-tag1:f3:sdp1:x6:to-tag1:te") == "d6:result2:oke");
    CHECK(ask("query", "d7:call-id5:known6:to-tag1:te") == "d6:result2:oke");
    REQUIRE(got.size() == 2);
    CHECK(got[0].flags->to_tag == "t");
    CHECK(got[0].body.empty());
    CHECK(got[1].flags->call_id == "known");
    CHECK(text_of(got[1].body, "to-tag") == "t");
    commands.set("no such command", take);
}

TEST_CASE_FIXTURE(Fixture, "names that are too long are refused where a call would keep them") {
    const std::string name(budget::name.most + 1, 'x');
    Dict dict;
    for (const char* key : {"call-id", "from-tag", "sdp"}) dict.add(key, name);
    CHECK(ask(*find_command("offer"), dict).find("Too much: 1025 bytes of a call-id, tag") != std::string::npos);
    CHECK(ask(*find_command("delete"), dict) == error("unsupported"));
}

TEST_CASE("every name that a call keeps has its budget") {
    const std::string most(budget::name.most, 'x'), more = most + "x";
    Flags good;
    good.call_id = good.from_tag = good.to_tag = good.via_branch = good.label = most;
    good.direction = {most, most};
    good.metadata = std::string(budget::metadata.most, 'x');
    CHECK(names_fit(good));
    const auto refused = [&](auto change) {
        auto flags = good;
        change(flags);
        return !names_fit(flags);
    };
    CHECK(refused([&](auto& flags) { flags.call_id = more; }));
    CHECK(refused([&](auto& flags) { flags.from_tag = more; }));
    CHECK(refused([&](auto& flags) { flags.to_tag = more; }));
    CHECK(refused([&](auto& flags) { flags.via_branch = more; }));
    CHECK(refused([&](auto& flags) { flags.label = more; }));
    CHECK(refused([&](auto& flags) { flags.direction = {"", more}; }));
    CHECK(refused([&](auto& flags) { flags.metadata += "x"; }));
}

TEST_CASE("a responder delivers once, and an error when it is dropped") {
    std::vector<std::string> replies;
    std::vector<bool> failures;
    const auto deliver = [&](const Reply& reply) {
        replies.push_back(reply.message);
        failures.push_back(reply.failed);
    };
    {
        Responder responder(deliver);
        auto keys = responder.keys();
        keys.add("warning", "w");
        responder.ok(std::move(keys));
        responder.error("late");
    }
    { Responder dropped(deliver); }
    {
        Responder first(deliver);
        Responder second(std::move(first));
        second.ok(second.keys(), "pong");
    }
    CHECK(replies == std::vector<std::string>{"d7:warning1:w6:result2:oke", error("Internal error"),
                                              "d6:result4:ponge"});
    CHECK(failures == std::vector<bool>{false, true, false});
}
