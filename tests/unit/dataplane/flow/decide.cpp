// SPDX-License-Identifier: Apache-2.0
// Verdicts are tested by tests/packets/*.rows; here is what the rows don't show.
#include "dataplane/flow/decide.h"
#include "dataplane/flow/learn.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::flow;

TEST_CASE("which sinks take what") {
    struct Row {
        Component sink;
        bool rtp, rtcp, opaque;
    };
    for (const auto& row :
         {Row{Component::any, true, true, true}, Row{Component::muxed, true, true, true},
          Row{Component::rtp, true, false, true}, Row{Component::rtcp, false, true, true}}) {
        CHECK(takes(row.sink, Content::rtp) == row.rtp);
        CHECK(takes(row.sink, Content::rtcp) == row.rtcp);
        CHECK(takes(row.sink, Content::opaque) == row.opaque);
    }
}

TEST_CASE("sources are ranked by how well they fit SDP") {
    const auto signalled = *Endpoint::parse("192.0.2.1:5000");
    CHECK(rank(signalled, signalled) == Rank::exact);
    CHECK(rank(*Endpoint::parse("192.0.2.1:5001"), signalled) == Rank::same_address);
    CHECK(rank(*Endpoint::parse("192.0.2.2:5000"), signalled) == Rank::same_port);
    CHECK(rank(*Endpoint::parse("192.0.2.2:5001"), signalled) == Rank::anything);
    CHECK(rank(*Endpoint::parse("192.0.2.2:5001"), {}) == Rank::anything);
}

TEST_CASE("only what is accepted shows that the peer is there") {
    Rule rule;
    rule.component = Component::rtp;
    rule.may_learn = true;
    const auto source = *Endpoint::parse("192.0.2.1:5000");
    for (const auto kind : {rtp::Kind::other, rtp::Kind::stun, rtp::Kind::dtls})
        CHECK_FALSE(decide(rule, {}, kind, source, 0).learned.received);
    for (const auto kind : {rtp::Kind::rtp, rtp::Kind::rtcp, rtp::Kind::zrtp})
        CHECK(decide(rule, {}, kind, source, 0).learned.received);
}

TEST_CASE("what ICE has selected is neither replaced by SDP nor learned anew") {
    flow::Rule rule;
    rule.signalled = *Endpoint::parse("198.51.100.1:4000");
    flow::Learned learned;
    learned.remote = learned.source = *Endpoint::parse("203.0.113.1:5");
    learned.confirmed = learned.checked = true;
    const auto before = learned;
    flow::take_signalled(rule, learned, 1);
    flow::restart_learning(learned, 1);
    CHECK(learned == before);
    learned.checked = false;
    flow::take_signalled(rule, learned, 1);
    CHECK(learned.remote == rule.signalled);
    CHECK_FALSE(learned.confirmed);
}
