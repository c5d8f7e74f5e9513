// SPDX-License-Identifier: Apache-2.0
// Real workers, real sockets: packets from one peer to the other.
#include <doctest/doctest.h>

#include "pair.h"

using namespace rtpengine;
using namespace rtpengine::live;

namespace {

void expect_from(const Peer& at, const Bytes& bytes, const std::string& from) {
    const auto received = at.receive();
    REQUIRE(received);
    CHECK(received->bytes.size() == bytes.size());
    CHECK(received->bytes == bytes);
    CHECK(received->from.str() == from);
}

struct Two : Pair {
    Two() : Pair(2) {}
};

// Two peers, and a port for each on a worker of its own address (the same worker when the addresses are
// equal).
struct Call {
    std::string a_local, b_local, a_peer, b_peer;
};

void check_both_ways(Control& control, const Call& call, unsigned worker_of_b) {
    const Peer a(call.a_peer), b(call.b_peer);
    auto for_a = stream(1, 0, call.a_local, call.a_peer), for_b = stream(2, 1, call.b_local, call.b_peer);
    join(for_a, for_b, 0, worker_of_b);
    if (worker_of_b == 0) {
        control.update(0, {for_a, for_b});
    } else {
        control.update(0, {for_a});
        control.update(worker_of_b, {for_b});
    }
    for (std::uint16_t i = 0; i < 20; ++i) {
        a.send(call.a_local, rtp(i, 1));
        expect_from(b, rtp(i, 1), call.b_local);
        b.send(call.b_local, rtp(i, 2));
        expect_from(a, rtp(i, 2), call.a_local);
    }
    for (const std::size_t size :
         {12u, 1400u, 1452u, 1453u, 1472u, 1473u, 2047u, 2048u, 2049u, 9000u, 65000u}) {
        CAPTURE(size);
        a.send(call.a_local, rtp(100, 1, size));
        expect_from(b, rtp(100, 1, size), call.b_local);
        b.send(call.b_local, rtp(100, 2, size));
        expect_from(a, rtp(100, 2, size), call.a_local);
    }
    CHECK(control.sink(0, 0, 0).out.packets.get() == 31);
    CHECK(control.sink(0, 0, 0).out.errors.get() == 0);
    CHECK(control.record(0, 0).in.packets.get() == 31);
}

const Call calls[] = {
    {"127.0.0.1:30000", "127.0.0.2:30002", "127.0.1.1:5000", "127.0.1.2:5002"},
    {"127.0.0.1:30000", "[2001:db8::1]:30002", "127.0.1.1:5000", "[2001:db8::2]:5002"},
    {"[2001:db8::1]:30000", "[2001:db8::1]:30002", "[2001:db8::2]:5000", "[2001:db8::2]:5002"},
};

} // namespace

TEST_CASE("packets of every size pass both ways, over IPv4 and IPv6, raw or not") {
    for (const auto& call : calls)
        for (const bool raw : {true, false}) {
            CAPTURE(call.b_local);
            CAPTURE(raw);
            Control control({"127.0.0.1"});
            control.begin(0, {raw});
            check_both_ways(control, call, 0);
            CHECK(control.terminate(0) == 0);
        }
}

TEST_CASE("packets of every size pass between two workers, raw or handed over") {
    for (const auto& call : calls)
        for (const bool raw : {true, false}) {
            CAPTURE(call.b_local);
            CAPTURE(raw);
            Control control({"127.0.0.1", "127.0.0.2"});
            control.begin(0, {raw});
            control.begin(1, {raw});
            check_both_ways(control, call, 1);
        }
}

TEST_CASE("TOS is counted on the way in and set on the way out") {
    for (const auto& call : calls)
        for (const std::size_t size : {172u, 3000u}) { // raw, ordinary
            Control control({"127.0.0.1"});
            control.begin(0);
            const Peer a(call.a_peer), b(call.b_peer);
            auto for_a = stream(1, 0, call.a_local, call.a_peer),
                 for_b = stream(2, 1, call.b_local, call.b_peer);
            for_b.set_tos(0xb8);
            join(for_a, for_b);
            control.update(0, {for_a, for_b});
            a.send(call.a_local, rtp(1, 1, size), 0x68);
            const auto received = b.receive();
            REQUIRE(received);
            CHECK(received->tos == 0xb8);
            CHECK(control.record(0, 0).in_tos.get() == 0x68);
        }
}

TEST_CASE_FIXTURE(Pair, "a burst arrives whole and in order") {
    join_and_tell();
    std::uint16_t next = 0;
    for (int round = 0; round < 20; ++round) { // more than one batch takes
        for (std::uint16_t i = 0; i < 60; ++i)
            a.send(a_port, rtp(static_cast<std::uint16_t>(next + i)));
        for (std::uint16_t i = 0; i < 60; ++i)
            expect_from(b, rtp(next++), b_port);
    }
    const auto& record = control.record(0, 0);
    CHECK(record.source_list.packets.get() == 1200);
    CHECK(record.source_list.lost.get() == 0);
    CHECK(record.source_list.extended_seq.get() == 1199);
}

TEST_CASE_FIXTURE(Pair, "a destination that can't be reached costs nobody else a packet") {
    auto lost = stream(3, 2, "127.0.0.1:30004", "192.0.2.1:5000"); // no route
    add_sink(for_a, lost);
    add_sink(for_a, for_b);
    add_sink(for_a, lost);
    control.update(0, {for_a, for_b, lost});
    for (std::uint16_t i = 0; i < 50; ++i)
        a.send(a_port, rtp(i));
    for (std::uint16_t i = 0; i < 50; ++i)
        expect_from(b, rtp(i), b_port);
    const auto sink = [&](unsigned n) -> const state::SinkRecord& { return control.sink(0, 0, n); };
    Control::until([&] { return sink(2).out.errors.get() == 50; });
    CHECK(sink(0).out.errors.get() == 50);
    CHECK(sink(0).out.packets.get() == 0);
    CHECK(sink(1).out.packets.get() == 50);
    CHECK(control.header(0).out.packets.get() == 50);
    CHECK(control.header(0).out.errors.get() == 100);
}

TEST_CASE_FIXTURE(Pair, "RTCP and RTP part ways where one side multiplexes") {
    const Peer b_rtcp("127.0.1.2:5003");
    auto for_b_rtcp = stream(3, 2, "127.0.0.1:30003", "127.0.1.2:5003");
    for_a.set_component(link::MUXED);
    for_b_rtcp.set_component(link::RTCP);
    add_sink(for_a, for_b, 0, link::RTP);
    add_sink(for_a, for_b_rtcp, 0, link::RTCP);
    add_sink(for_b, for_a);
    add_sink(for_b_rtcp, for_a);
    control.update(0, {for_a, for_b, for_b_rtcp});
    a.send(a_port, rtcp());
    expect_from(b_rtcp, rtcp(), "127.0.0.1:30003");
    a.send(a_port, rtp(1));
    expect_from(b, rtp(1), b_port);
    b_rtcp.send("127.0.0.1:30003", rtcp());
    expect_from(a, rtcp(), a_port);
    CHECK(b.nothing_came());
    CHECK(control.record(0, 0).in.packets.get() == 2);
    CHECK(control.record(0, 0).type_list.types[0].packets.get() == 1);
}

TEST_CASE_FIXTURE(Two, "nothing is sent behind a NAT that nothing came through yet") {
    for_b.set_nat_wait(true);
    join_and_tell();
    a.send(a_port, rtp(1));
    Control::until([&] { return control.record(0, 0).in.packets.get() == 1; });
    b.send(b_port, rtp(1));
    expect_from(a, rtp(1), a_port);
    CHECK(b.nothing_came());
    a.send(a_port, rtp(2));
    expect_from(b, rtp(2), b_port);
    CHECK(control.sink(0, 0, 0).out.packets.get() == 1);
}

TEST_CASE_FIXTURE(Pair, "empty packets go ahead through a NAT until something comes back") {
    for_a.set_pierce_nat(true);
    join_and_tell();
    const auto first = a.receive(), second = a.receive();
    REQUIRE(second);
    CHECK(first->bytes.size() == 12);
    CHECK(first->bytes[0] == 0x80);
    CHECK(first->from.str() == a_port);
    CHECK(second->bytes[3] == static_cast<std::uint8_t>(first->bytes[3] + 1));
    a.send(a_port, rtp(1));
    expect_from(b, rtp(1), b_port);
    while (a.receive(0)) {
    } // sent before ours came
    CHECK_FALSE(a.receive(600));
}

TEST_CASE_FIXTURE(Pair, "echo, blackhole and drop") {
    join();
    for_a.set_echo(link::REFLECT);
    for_b.set_echo(link::BLACKHOLE);
    tell();
    b.send(b_port, rtp(1));
    Control::until([&] { return control.record(0, 1).in.packets.get() == 1; });
    a.send(a_port, rtp(2));
    expect_from(a, rtp(2), a_port);
    CHECK(a.nothing_came());
    CHECK(b.nothing_came());
    CHECK(control.record(0, 0).echo.packets.get() == 1);
    for_a.set_drop(true);
    for_a.set_echo(link::NO_ECHO);
    for_b.set_echo(link::NO_ECHO);
    tell();
    a.send(a_port, rtp(3));
    b.send(b_port, rtp(4));
    expect_from(a, rtp(4), a_port);
    CHECK(b.nothing_came());
    CHECK(control.record(0, 0).in.packets.get() == 1);
    CHECK(control.record(0, 0).in.errors.get() == 0);
}

TEST_CASE("a packet doesn't go round between two of our own ports for ever") {
    Control control({"127.0.0.1"});
    control.begin(0);
    const Peer a("127.0.1.1:5000");
    auto one = stream(1, 0, "127.0.0.1:30000", "127.0.0.1:30002");
    auto other = stream(2, 1, "127.0.0.1:30002", "127.0.0.1:30000");
    one.set_learning(link::OFF);
    other.set_learning(link::OFF);
    join(one, other);
    // What comes to `one` leaves by `other`'s port towards `one`.
    control.update(0, {one, other});
    a.send("127.0.0.1:30000", rtp(1));
    Control::until([&] { return control.sink(0, 0, 0).out.errors.get() + control.sink(0, 1, 0).out.errors.get() == 1; });
    const auto passes = control.record(0, 0).in.packets.get() + control.record(0, 1).in.packets.get();
    CHECK(passes > 2); // a call may pass us more than once
    CHECK(passes <= 10);
}
