// SPDX-License-Identifier: Apache-2.0
#include "control/ng/dispatcher.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "control/budget.h"

using namespace rtpengine;
using namespace rtpengine::ng;

namespace {

const Endpoint peer = *Endpoint::parse("127.0.0.1:5000"), same_host = *Endpoint::parse("127.0.0.1:5001");

struct Fixture {
    stats::ControlStatistics statistics;
    Commands commands{
        {[](std::string_view) { return false; }, {}, [] { return stats::Input{}; }, statistics}};
    std::vector<std::string> replies;
    std::unique_ptr<Dispatcher> dispatcher = std::make_unique<Dispatcher>(commands, statistics);

    std::string ask(std::string_view message, const Endpoint& from = peer) {
        const auto before = replies.size();
        dispatcher->receive(message, from, [this](std::string_view reply) { replies.emplace_back(reply); });
        return replies.size() == before + 1 ? replies.back() : "";
    }
    std::uint64_t requests(const char* name) {
        return statistics.totals().commands[index_of(*find_command(name))].requests;
    }
};

std::string error(const std::string& cookie, const std::string& reason) {
    return cookie + " d6:result5:error12:error-reason" + std::to_string(reason.size()) + ":" + reason + "e";
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "the minimum set of section 11 that needs no call") {
    CHECK(ask("5323_1 d7:command4:pinge") == "5323_1 d6:result4:ponge");
    CHECK(ask("x {\"command\":\"ping\"}") == "x {\"result\":\"pong\"}");
    CHECK(ask("x foo") == error("x", "Invalid NG data format"));
    CHECK(ask("x d3:foo3:bare") == error("x", "Dictionary contains no key \"command\""));
    CHECK(ask("x d7:commandi1ee") == error("x", "Dictionary contains no key \"command\""));
    CHECK(ask("x d7:command4:PINGe") == error("x", "Unrecognized command"));
    CHECK(ask("x d7:command0:e") == error("x", "Unrecognized command"));
    CHECK(ask("x ") == error("x", "Invalid data (no payload)"));
    CHECK(ask("x {\"command\":null}") ==
          "x {\"result\":\"error\",\"error-reason\":\"Dictionary contains no key \\\"command\\\"\"}");
    CHECK(ask("x { \"x\" : [1, 2.5, true, null], \"command\" : \"ping\" }") == "x {\"result\":\"pong\"}");
    CHECK(ask("x d7:command11:block media7:call-id1:xe") == error("x", "Unknown call-ID"));
    CHECK(ask("x") == "");
    CHECK(ask(" d7:command4:pinge") == "");
}

TEST_CASE_FIXTURE(Fixture, "a retransmission from another port: the same bytes, one execution") {
    const auto first = ask("c d7:command4:pinge");
    CHECK(ask("c d7:command4:pinge", same_host) == first);
    CHECK(requests("ping") == 1);
    ask("c d7:command4:ping1:xi1ee");
    CHECK(requests("ping") == 2);
}

TEST_CASE_FIXTURE(Fixture, "errors are counted by client") {
    ask("1 foo");
    ask("2 d7:command5:querye");
    const auto& known = statistics.proxies().at(peer.address);
    CHECK(known.errors == 2);
    CHECK(known.commands[index_of(*find_command("query"))].requests == 1);
}

TEST_CASE_FIXTURE(Fixture, "a handler may answer later, and repeated requests wait") {
    std::vector<Responder> kept;
    commands.set("create", [&](Request, Responder responder) {
        kept.push_back(std::move(responder));
    });
    CHECK(ask("c d7:command6:createe") == "");
    CHECK(ask("c d7:command6:createe") == "");
    REQUIRE(kept.size() == 1);
    kept[0].ok();
    CHECK(replies == std::vector<std::string>{"c d6:result2:oke", "c d6:result2:oke"});
}

TEST_CASE_FIXTURE(Fixture, "a reply that no datagram carries gives way to an error, for retransmissions too") {
    const auto answer_with = [&](const char* command, std::size_t bytes) {
        commands.set(command, [bytes](Request, Responder responder) {
            auto reply = responder.keys();
            reply.add("x", std::string(bytes, 'x'));
            responder.ok(std::move(reply));
        });
    };
    // 25 bytes around the x: "c d1:x65482:...6:result2:oke"
    answer_with("list", budget::reply.most - 25);
    CHECK(ask("c d7:command4:liste").size() == budget::reply.most);
    for (const char* command : {"list", "create", "transform"}) {
        answer_with(command, budget::reply.most - 24);
        const auto request = "e d7:command" + std::to_string(std::string(command).size()) + ":" + command + "e";
        const auto refusal = error("e", "Too much: 65508 bytes of the reply, at most 65507");
        CHECK(ask(request) == refusal);
        CHECK(ask(request) == refusal);
        CHECK(requests(command) == (command == std::string("list") ? 2 : 1));
    }
    CHECK(statistics.proxies().at(peer.address).errors == 3);
}

TEST_CASE_FIXTURE(Fixture, "a deletion with too large a report is a deletion") {
    commands.set("delete", [](Request, Responder responder) {
        auto reply = responder.keys();
        reply.add("x", std::string(70000, 'x'));
        responder.ok(std::move(reply));
    });
    const auto reply = ask("c {\"command\":\"delete\",\"call-id\":\"x\"}");
    CHECK(reply.find("at most 65507: deleted, without a report") != std::string::npos);
    CHECK(reply.find("\"result\":\"ok\"") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "what a reply takes can be known before, in the encoding of the request") {
    Status fit;
    commands.set("create", [&](Request, Responder responder) {
        auto keys = responder.keys();
        keys.add("sdp", std::string(40000, '\n')); // two bytes each in JSON
        auto reply = Responder::complete(std::move(keys));
        fit = fits(reply);
        responder.send(std::move(reply));
    });
    ask("c d7:command6:createe");
    CHECK(fit);
    ask("c {\"command\":\"create\"}");
    CHECK_FALSE(fit);
}

TEST_CASE_FIXTURE(Fixture, "a reply after the end goes nowhere") {
    std::vector<Responder> kept;
    commands.set("create", [&](Request, Responder responder) {
        kept.push_back(std::move(responder));
    });
    ask("c d7:command6:createe");
    dispatcher.reset();
    kept[0].ok();
    CHECK(replies.empty());
}

TEST_CASE_FIXTURE(Fixture, "an exception of a handler is an error reply") {
    commands.set("create", [](Request, Responder) { throw std::runtime_error("broken"); });
    CHECK(ask("c d7:command6:createe") == error("c", "Internal error"));
    CHECK(ask("d d7:command4:pinge") == "d d6:result4:ponge");
}
