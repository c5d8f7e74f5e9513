// SPDX-License-Identifier: Apache-2.0
// What the program makes of single packets, and what it leaves alone.
#include <doctest/doctest.h>

#include "world.h"

using namespace rtpengine;
using namespace rtpengine::test;

namespace {

offload::State state_of(World& world, const offload::Key& key) {
    auto state = world.bpf.get(key);
    REQUIRE(state);
    return *state;
}

void push(World& world, const offload::Rule& rule) {
    const auto pushed = world.bpf.push(rule, {});
    INFO((pushed ? std::string{} : pushed.error().message));
    REQUIRE(pushed);
}

// Goes up, and the stream doesn't know about it.
void check_unseen(World& world, const offload::Rule& rule, const Bytes& frame) {
    const auto outcome = world.run(frame);
    CHECK(outcome.verdict == up);
    CHECK(outcome.frame == frame);
    const auto state = state_of(world, rule.key);
    CHECK(state.in.packets == 0);
    CHECK(state.to_userspace == 0);
}

// Goes up, and the stream has counted that alone.
void check_left(World& world, const offload::Rule& rule, const Packet& packet) {
    const auto before = state_of(world, rule.key);
    const auto frame = frame_of(packet);
    const auto outcome = world.run(frame);
    CHECK(outcome.verdict == up);
    CHECK(outcome.frame == frame);
    const auto state = state_of(world, rule.key);
    CHECK(state.in.packets == before.in.packets);
    CHECK(state.to_userspace == before.to_userspace + 1);
}

} // namespace

TEST_CASE("rewritten for its destination, in all four ways between IPv4 and IPv6") {
    World world;
    for (const auto& in : {std::pair{world.port, world.peer}, std::pair{world.port6, world.peer6}})
        for (const auto& out : {std::pair{world.exit, world.callee}, std::pair{world.exit6, world.callee6}}) {
            CAPTURE(in.first.str());
            CAPTURE(out.second.str());
            const auto &[local, peer] = in;
            const auto &[from, to] = out;
            const auto rule = world.rule(local, from, to);
            push(world, rule);
            for (std::uint16_t size = 12; size < 60; ++size) { // odd and even ones
                const auto outcome = world.run(Packet{peer, local, rtp_of(size, 1, 8, size), 0x20, 9});
                CHECK(outcome.verdict == redirected);
                const auto packet = read(outcome.frame);
                REQUIRE(packet);
                CHECK(packet->from == from);
                CHECK(packet->to == to);
                CHECK(packet->payload == rtp_of(size, 1, 8, size));
                CHECK(packet->tos == 0xb8);
                CHECK(packet->ttl == 64);
                CHECK(packet->checksum);
            }
            const auto state = state_of(world, rule.key);
            CHECK(state.in.packets == 48);
            CHECK(state.in.bytes == (12 + 59) * 48 / 2);
            CHECK(state.tos == 0x20);
            REQUIRE(state.destinations.size() == 1);
            CHECK(state.destinations[0].stream == 70);
            CHECK(state.destinations[0].out.packets == 48);
            CHECK(state.payload_types[0].packets == 48);
            REQUIRE(world.bpf.withdraw(rule.key));
        }
}

TEST_CASE("checksums: none stays none, a wrong one stays wrong, the other family wants one") {
    World world;
    push(world, world.rule());
    const Packet bare{world.peer, world.port, rtp_of(1), 0, 64, false};
    const auto packet = read(world.run(bare).frame);
    REQUIRE(packet);
    CHECK(packet->to == world.callee);
    CHECK_FALSE(packet->checksum);
    auto damaged = frame_of({world.peer, world.port, rtp_of(2)});
    damaged.back() ^= 1;
    const auto outcome = world.run(damaged);
    CHECK(outcome.verdict == redirected);
    CHECK_FALSE(read(outcome.frame));
    const auto rule = world.rule(world.port, world.exit6, world.callee6);
    push(world, rule);
    check_left(world, rule, bare);
}

TEST_CASE("a link's padding is cut off") {
    World world;
    auto rule = world.rule(flow::Component::rtcp);
    push(world, rule);
    auto frame = frame_of({world.peer, world.port, {0x80, 201, 0, 1, 1, 2, 3, 4}});
    frame.resize(60);
    const auto packet = read(world.run(frame).frame);
    REQUIRE(packet);
    CHECK(packet->payload.size() == 8);
}

TEST_CASE("what is out of the ordinary goes up as it came") {
    World world;
    const auto rule = world.rule();
    push(world, rule);
    const auto good = frame_of({world.peer, world.port, rtp_of(1)});
    const auto changed = [&](std::size_t offset, std::uint8_t value) {
        auto frame = good;
        frame[offset] = value;
        return frame;
    };
    check_unseen(world, rule, changed(14, 0x46));      // options
    check_unseen(world, rule, changed(20, 0x20));      // a fragment
    check_unseen(world, rule, changed(21, 1));         // a later one
    check_unseen(world, rule, changed(23, 6));         // TCP
    check_unseen(world, rule, changed(39, 100));       // UDP length too short
    check_unseen(world, rule, changed(17, 250));       // IP longer than the frame
    check_unseen(world, rule, changed(0, 2));          // for another host
    check_unseen(world, rule, changed(36, 1));         // another port
    check_unseen(world, rule, changed(33, 2));         // another address
    check_unseen(world, rule, frame_of({world.peer6, world.port6, rtp_of(1)}));
    const auto rule6 = world.rule(world.port6, world.exit, world.callee);
    auto other = rule6;
    other.key.id = 8;
    push(world, other);
    auto extended = frame_of({world.peer6, world.port6, rtp_of(1)});
    extended[20] = 0; // hop-by-hop options
    check_unseen(world, other, extended);
    for (std::size_t size = 34; size < good.size(); ++size) // cut anywhere behind the IP header
        check_unseen(world, rule, Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
}

TEST_CASE("no way out: the stack has it") {
    World world;
    auto rule = world.rule();
    push(world, rule);
    const Packet packet{world.peer, world.port, rtp_of(1)};
    check_left(world, rule, {world.peer, world.port, rtp_of(1, 1, 8, 1473)}); // 1501 bytes
    CHECK(world.run(Packet{world.peer, world.port, rtp_of(2, 1, 8, 1472)}).verdict == redirected);
    for (const auto* to : {"192.0.2.1:40000", "10.99.0.1:40000"}) { // ourselves, no route
        rule.destinations[0].to = *Endpoint::parse(to);
        push(world, rule);
        check_left(world, rule, packet);
    }
    rule.destinations[0].to = *Endpoint::parse("198.51.100.200:5000"); // the stack asks for its address
    push(world, rule);
    CHECK(world.run(packet).verdict == redirected);
}

TEST_CASE("STUN, DTLS, ZRTP and junk go up; payload types are counted") {
    World world;
    auto rule = world.rule(flow::Component::muxed);
    push(world, rule);
    CHECK(world.run(Packet{world.peer, world.port, rtp_of(1, 1, 101)}).verdict == redirected);
    CHECK(world.run(Packet{world.peer, world.port, rtp_of(2, 1, 8 | 0x80)}).verdict == redirected); // marker
    Bytes stun(20), dtls(100), zrtp(28), junk(40, 'x');
    stun = {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    dtls[0] = 22;
    zrtp[0] = 0x10, zrtp[4] = 'Z', zrtp[5] = 'R', zrtp[6] = 'T', zrtp[7] = 'P';
    for (const auto& payload : {stun, dtls, zrtp, junk, Bytes{}, Bytes{0x80}})
        check_left(world, rule, {world.peer, world.port, payload});
    auto extended = rtp_of(4);
    extended[0] |= 0x13; // three CSRCs and an extension
    extended[24 + 2] = 0, extended[24 + 3] = 2;
    CHECK(world.run(Packet{world.peer, world.port, extended}).verdict == redirected);
    extended[24 + 2] = 1; // beyond the end
    check_left(world, rule, {world.peer, world.port, extended});
    const auto state = state_of(world, rule.key);
    REQUIRE(state.payload_types.size() == 2);
    CHECK(state.payload_types[0].type == 101);
    CHECK(state.payload_types[0].packets == 1);
    CHECK(state.payload_types[1].packets == 2);
}

TEST_CASE("more payload types and SSRCs than there is room for are forwarded and counted together") {
    World world;
    const auto rule = world.rule();
    push(world, rule);
    std::uint16_t number = 0;
    const auto send = [&](std::uint32_t ssrc, std::uint8_t type) {
        CHECK(world.run(Packet{world.peer, world.port, rtp_of(++number, ssrc, type)}).verdict == redirected);
    };
    for (int type = 0; type < 128; ++type)
        send(1, static_cast<std::uint8_t>(type));
    for (std::uint32_t ssrc = 2; ssrc < 40; ++ssrc)
        send(ssrc, 0), send(1, 0);
    const auto state = state_of(world, rule.key);
    CHECK(state.in.packets == 128 + 2 * 38);
    CHECK(state.payload_types.size() == offload::max_payload_types);
    CHECK(state.payload_types[0].packets == 1 + 2 * 38);
    CHECK(state.payload_types[15].packets == 1);
    CHECK(state.others.type_packets == 128 - 16);
    REQUIRE(state.sources.size() == offload::max_sources);
    CHECK(state.sources[0].ssrc == 1);
    CHECK(state.sources[0].packets == 128 + 38);
    CHECK(state.others.packets == 38 - 3);
    CHECK(state.others.bytes == (38 - 3) * 172);
    CHECK(state.to_userspace == 0);
}

TEST_CASE("a replaced rule goes on with what was told of types, SSRCs and others") {
    World world;
    auto rule = world.rule();
    push(world, rule);
    for (std::uint32_t i = 0; i < 20; ++i)
        world.run(Packet{world.peer, world.port, rtp_of(static_cast<std::uint16_t>(i), i, static_cast<std::uint8_t>(i))});
    rule.destinations[0].tos = 1;
    push(world, rule);
    for (std::uint32_t i = 0; i < 20; ++i)
        world.run(Packet{world.peer, world.port, rtp_of(static_cast<std::uint16_t>(20 + i), i, static_cast<std::uint8_t>(i))});
    const auto state = state_of(world, rule.key);
    CHECK(state.in.packets == 20);
    CHECK(state.payload_types[3].packets == 2);
    CHECK(state.sources[3].packets == 2);
    CHECK(state.others.packets == 2 * 16);
    CHECK(state.others.type_packets == 2 * 4);
}

TEST_CASE("an opaque port forwards anything") {
    World world;
    auto rule = world.rule(flow::Component::any);
    push(world, rule);
    for (const auto& payload : {Bytes{}, Bytes{'x'}, Bytes(1000, 'y'), rtp_of(1)})
        CHECK(world.run(Packet{world.peer, world.port, payload}).verdict == redirected);
    CHECK(state_of(world, rule.key).destinations[0].out.packets == 4);
}

TEST_CASE("other sources are forwarded, refused or left to userspace") {
    World world;
    auto rule = world.rule();
    const Packet good{world.peer, world.port, rtp_of(1)};
    auto wrong = good;
    wrong.from.port++;
    rule.source = world.peer;
    rule.mismatch = offload::Mismatch::refuse;
    push(world, rule);
    CHECK(world.run(good).verdict == redirected);
    CHECK(world.run(wrong).verdict == dropped);
    wrong = good;
    wrong.from.address = world.callee.address;
    CHECK(world.run(wrong).verdict == dropped);
    wrong.payload = rtp_of(1, 1, 9); // whatever its type is
    CHECK(world.run(wrong).verdict == dropped);
    auto state = state_of(world, rule.key);
    CHECK(state.in.packets == 1);
    CHECK(state.in.errors == 3);
    rule.mismatch = offload::Mismatch::to_userspace;
    push(world, rule);
    check_left(world, rule, wrong);
    CHECK(world.run(good).verdict == redirected);
}

TEST_CASE("blackhole, and RTP that nobody takes, are counted and thrown away") {
    World world;
    auto rule = world.rule();
    rule.destinations.clear();
    rule.blackhole = true;
    push(world, rule);
    CHECK(world.run(Packet{world.peer, world.port, rtp_of(1)}).verdict == dropped);
    CHECK(state_of(world, rule.key).in.packets == 1);
    rule = world.rule(flow::Component::muxed);
    rule.drop_rtp = true;
    rule.destinations[0].rtp = false;
    push(world, rule);
    CHECK(world.run(Packet{world.peer, world.port, rtp_of(2)}).verdict == dropped);
    CHECK(world.run(Packet{world.peer, world.port, {0x80, 201, 0, 1, 1, 2, 3, 4}}).verdict == redirected);
    const auto state = state_of(world, rule.key);
    CHECK(state.in.packets == 2);
    CHECK(state.destinations[0].out.packets == 1);
    CHECK(state.destinations[0].out.bytes == 8);
}

TEST_CASE("several destinations: a copy for each that takes it") {
    World world;
    Wire wire;
    auto rule = world.rule(flow::Component::muxed);
    auto second = rule.destinations[0], third = rule.destinations[0], fourth = rule.destinations[0];
    second.stream = 71, second.to = *Endpoint::parse("198.51.100.11:6000"), second.tos = 0;
    third.stream = 72, third.from = world.exit6, third.to = world.callee6;
    fourth.stream = 73, fourth.to = *Endpoint::parse("198.51.100.11:8000"), fourth.rtp = false;
    for (const auto& more : {second, third, fourth})
        rule.destinations.push_back(more);
    push(world, rule);
    for (const auto& from : {world.peer, world.peer}) {
        const Packet packet{from, world.port, rtp_of(1)};
        const auto outcome = world.run(packet);
        CHECK(outcome.verdict == redirected);
        const auto own = read(outcome.frame);
        REQUIRE(own);
        CHECK(own->to == world.callee);
        CHECK(own->payload == packet.payload);
        for (const auto& destination : {second, third}) {
            const auto copy = wire.next();
            REQUIRE(copy);
            CHECK(copy->from == destination.from);
            CHECK(copy->to == destination.to);
            CHECK(copy->tos == destination.tos);
            CHECK(copy->payload == packet.payload);
            CHECK(wire.link_to() == 0x10);
        }
    }
    auto state = state_of(world, rule.key);
    REQUIRE(state.destinations.size() == 4);
    const std::uint64_t streams[] = {70, 71, 72, 73}, packets[] = {2, 2, 2, 0};
    for (int i = 0; i < 4; ++i) {
        CHECK(state.destinations[i].stream == streams[i]);
        CHECK(state.destinations[i].out.packets == packets[i]);
    }
    rule.destinations[2].to = *Endpoint::parse("[2001:db8:2::77]:5000"); // its neighbour isn't known
    push(world, rule);
    check_left(world, rule, {world.peer, world.port, rtp_of(2)});
    rule.destinations.resize(2);
    push(world, rule);
    CHECK(world.run(Packet{world.peer, world.port, rtp_of(3)}).verdict == redirected);
    const auto copy = wire.next();
    REQUIRE(copy);
    CHECK(copy->to == second.to);
}
