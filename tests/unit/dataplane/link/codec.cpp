// SPDX-License-Identifier: Apache-2.0
#include "dataplane/link/codec.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::dataplane;

TEST_CASE("a stream's message becomes a specification") {
    link::Stream message;
    message.set_id(7);
    message.set_slot(3);
    message.mutable_local()->set_address(std::string("\xc0\0\2\1", 4));
    message.mutable_local()->set_port(30000);
    message.set_component(link::MUXED);
    message.set_learning(link::DELAYED);
    message.set_learn_epoch(1);
    message.set_echo(link::REFLECT);
    message.set_strict_source(true);
    auto& sink = *message.add_sinks();
    sink.set_worker(1);
    sink.set_stream(8);
    sink.set_takes(link::RTCP);
    sink.set_tos(184);
    const auto spec = to_spec(message);
    CHECK(spec.id == 7);
    CHECK(spec.slot == 3);
    CHECK(spec.local.str() == "192.0.2.1:30000");
    CHECK(spec.rule.component == flow::Component::muxed);
    CHECK(spec.rule.learning == flow::Learning::delayed);
    CHECK(spec.rule.echo == flow::Echo::reflect);
    CHECK(spec.rule.strict_source);
    CHECK(spec.rule.may_learn);
    CHECK_FALSE(spec.rule.signalled.known());
    REQUIRE(spec.sinks.size() == 1);
    CHECK(spec.sinks[0].takes == flow::Component::rtcp);
    CHECK(spec.sinks[0].tos == 184);
    message.set_learn_epoch(0);
    CHECK_FALSE(to_spec(message).rule.may_learn);
}

TEST_CASE("what makes no sense becomes nothing, not something else") {
    link::Stream message;
    message.mutable_local()->set_address("abc");
    message.mutable_signalled()->set_address(std::string("\1\2\3\4", 4));
    message.mutable_signalled()->set_port(65536 + 5000);
    message.set_component(static_cast<link::Component>(77));
    message.set_learning(static_cast<link::Learning>(-1));
    const auto spec = to_spec(message);
    CHECK_FALSE(spec.local.known());
    CHECK_FALSE(spec.rule.signalled.known());
    CHECK(spec.rule.component == flow::Component::any);
    CHECK(spec.rule.learning == flow::Learning::heuristic);
}

TEST_CASE("what was said of ICE becomes terms, and what was selected an event") {
    link::Stream message;
    CHECK_FALSE(to_spec(message).ice);
    CHECK_FALSE(to_spec(message).rule.ice);
    auto& ice = *message.mutable_ice();
    ice.set_agent(5);
    ice.set_priority(6);
    ice.set_ufrag("us");
    ice.set_pwd("secret");
    ice.set_remote_ufrag("them");
    ice.set_remote_pwd("theirs");
    ice.set_controlling(true);
    ice.set_call("id");
    auto& candidate = *ice.add_candidates();
    candidate.set_priority(9);
    candidate.mutable_endpoint()->set_address(std::string("\xc0\0\2\1", 4));
    candidate.mutable_endpoint()->set_port(7);
    ice.add_candidates()->mutable_endpoint()->set_address("no address");
    const auto spec = to_spec(message);
    REQUIRE(spec.ice);
    CHECK(spec.rule.ice);
    CHECK(spec.ice->agent == 5);
    CHECK(spec.ice->call == "id");
    const ice::Terms expected{{"us", "secret"}, {"them", "theirs"}, true, false, {{*Endpoint::parse("192.0.2.1:7"), 9}}};
    CHECK(spec.ice->terms == expected);

    link::Event event;
    write(Event{"", IceNews{3, *Endpoint::parse("192.0.2.1:7"), true, "id"}}, event);
    CHECK(event.ice().stream() == 3);
    CHECK(event.ice().controlling());
    CHECK(event.ice().call() == "id");
    CHECK(to_endpoint(event.ice().remote()).str() == "192.0.2.1:7");
    link::Event lost;
    write(Event{"", IceNews{3, {}, false, "id"}}, lost);
    CHECK_FALSE(lost.ice().has_remote());
}

TEST_CASE("an outcome becomes a result") {
    link::StreamResult result;
    write({9, Outcome::port_in_use, "taken", {{4, 1, 172, 2}}}, result);
    CHECK(result.stream() == 9);
    CHECK(result.outcome() == link::PORT_IN_USE);
    CHECK(result.error() == "taken");
    REQUIRE(result.removed_size() == 1);
    CHECK(result.removed(0).stream() == 4);
    CHECK(result.removed(0).packets() == 1);
    CHECK(result.removed(0).bytes() == 172);
    CHECK(result.removed(0).errors() == 2);
}
