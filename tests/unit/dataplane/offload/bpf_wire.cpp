// SPDX-License-Identifier: Apache-2.0
// Between values and what lies in the maps of the forwarding program.
#include <doctest/doctest.h>

#include <arpa/inet.h>

#include "dataplane/offload/bpf_wire.h"

using namespace rtpengine;
using namespace rtpengine::offload;

namespace {

Rule rule_with(std::size_t destinations) {
    Rule rule;
    rule.key = {42, *Endpoint::parse("192.0.2.1:30000")};
    rule.component = flow::Component::muxed;
    rule.source = *Endpoint::parse("198.51.100.1:4000");
    rule.mismatch = Mismatch::refuse;
    for (std::size_t i = 0; i < destinations; ++i)
        rule.destinations.push_back({100 + i, *Endpoint::parse("[2001:db8::1]:30002"),
                                     *Endpoint::parse("[2001:db8::2]:5000"), true, i == 0, false, 0xb8});
    return rule;
}

} // namespace

TEST_CASE("endpoints survive, both families") {
    for (const auto* text : {"192.0.2.1:30000", "[2001:db8::1]:65535"}) {
        const auto endpoint = *Endpoint::parse(text);
        CHECK(from_bpf(to_bpf(endpoint)) == endpoint);
    }
}

TEST_CASE("a rule becomes a stream") {
    Sources sources;
    sources.push_back({7, 8, 9, 10, 11, 12, 13, 14});
    const auto stream = to_bpf(rule_with(2), 5, sources, 99);
    CHECK(stream.generation.id == 42);
    CHECK(stream.generation.serial == 5);
    CHECK(stream.sealed == 0);
    CHECK(stream.component == FORWARD_MUXED);
    CHECK(stream.mismatch == FORWARD_REFUSE);
    CHECK(stream.source.port == htons(4000));
    CHECK(stream.types.n == 0);
    CHECK(stream.sources.list[0].heard == 99);
    CHECK(stream.n_destinations == 2);
    CHECK(stream.destination.takes == (1 << FORWARD_CONTENT_RTP | 1 << FORWARD_CONTENT_RTCP));
    CHECK(stream.destination.priority == 4); // as the kernel has it for EF
    const auto state = from_bpf(stream, nullptr, 0);
    REQUIRE(state.sources.size() == 1);
    CHECK(state.sources[0].ssrc == 7);
    CHECK(state.sources[0].window == 14);
    CHECK(copies_to_bpf(rule_with(2), {42, 5}).list[0].destination.stream == 101);
}

TEST_CASE("what each destination got follows from what it takes and what failed") {
    auto stream = to_bpf(rule_with(2), 1, {}, 0);
    auto copies = copies_to_bpf(rule_with(2), {42, 5});
    stream.in[FORWARD_CONTENT_RTP] = {10, 1000};
    stream.in[FORWARD_CONTENT_RTCP] = {2, 100};
    stream.failed = {1, 100};
    copies.list[0].failed = {99, 9999}; // counted after a reader looked: never below zero
    stream.errors = 3;
    stream.types = {2, 0, {}, {8, 101}, {9, 1}, 5};
    stream.sources.others = {6, 7};
    stream.last_seen = 5'000'000;
    const auto state = from_bpf(stream, &copies, 1'000'000);
    CHECK(state.key == rule_with(2).key);
    CHECK(state.in.packets == 12);
    CHECK(state.in.bytes == 1100);
    CHECK(state.in.errors == 3);
    REQUIRE(state.payload_types.size() == 2);
    CHECK(state.payload_types[1].type == 101);
    CHECK(state.payload_types[1].packets == 1);
    CHECK(state.others.packets == 6);
    CHECK(state.others.bytes == 7);
    CHECK(state.others.type_packets == 5);
    CHECK(state.last_seen_us == 1'005'000);
    REQUIRE(state.destinations.size() == 2);
    CHECK(state.destinations[0].out.packets == 11);
    CHECK(state.destinations[0].out.bytes == 1000);
    CHECK(state.destinations[0].out.errors == 1);
    CHECK(state.destinations[1].out.packets == 0);
    CHECK(state.destinations[1].out.bytes == 0);
    CHECK(state.destinations[1].out.errors == 10);
}
