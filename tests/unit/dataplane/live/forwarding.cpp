// SPDX-License-Identifier: Apache-2.0
// Real workers, real sockets: packets from one peer to the other.
#include <doctest/doctest.h>

#include "control.h"
#include "host.h"

using namespace rtpengine;
using namespace rtpengine::live;

namespace {

void expect(const Peer& at, const Bytes& bytes, const std::string& from) {
    const auto received = at.receive();
    REQUIRE(received);
    CHECK(received->bytes.size() == bytes.size());
    CHECK(received->bytes == bytes);
    CHECK(received->from.str() == from);
}

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
        expect(b, rtp(i, 1), call.b_local);
        b.send(call.b_local, rtp(i, 2));
        expect(a, rtp(i, 2), call.a_local);
    }
    for (const std::size_t size :
         {12u, 1400u, 1452u, 1453u, 1472u, 1473u, 2047u, 2048u, 2049u, 9000u, 65000u}) {
        CAPTURE(size);
        a.send(call.a_local, rtp(100, 1, size));
        expect(b, rtp(100, 1, size), call.b_local);
        b.send(call.b_local, rtp(100, 2, size));
        expect(a, rtp(100, 2, size), call.a_local);
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
            control.start(0, {raw});
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
            control.start(0, {raw});
            control.start(1, {raw});
            check_both_ways(control, call, 1);
        }
}

TEST_CASE("TOS is counted on the way in and set on the way out") {
    for (const auto& call : calls)
        for (const std::size_t size : {172u, 3000u}) { // raw, ordinary
            Control control({"127.0.0.1"});
            control.start(0);
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

TEST_CASE("a burst arrives whole and in order") {
    Control control({"127.0.0.1"});
    control.start(0);
    const Peer a("127.0.1.1:5000"), b("127.0.1.2:5002");
    auto for_a = stream(1, 0, "127.0.0.1:30000", "127.0.1.1:5000");
    auto for_b = stream(2, 1, "127.0.0.1:30002", "127.0.1.2:5002");
    join(for_a, for_b);
    control.update(0, {for_a, for_b});
    std::uint16_t next = 0;
    for (int round = 0; round < 20; ++round) { // more than one batch takes
        for (std::uint16_t i = 0; i < 60; ++i)
            a.send("127.0.0.1:30000", rtp(static_cast<std::uint16_t>(next + i)));
        for (std::uint16_t i = 0; i < 60; ++i)
            expect(b, rtp(next++), "127.0.0.1:30002");
    }
    const auto& record = control.record(0, 0);
    CHECK(record.source_list.packets.get() == 1200);
    CHECK(record.source_list.lost.get() == 0);
    CHECK(record.source_list.extended_seq.get() == 1199);
}

TEST_CASE("a destination that can't be reached costs nobody else a packet") {
    Control control({"127.0.0.1"});
    control.start(0);
    const Peer a("127.0.1.1:5000"), b("127.0.1.2:5002");
    auto for_a = stream(1, 0, "127.0.0.1:30000", "127.0.1.1:5000");
    auto for_b = stream(2, 1, "127.0.0.1:30002", "127.0.1.2:5002");
    auto lost = stream(3, 2, "127.0.0.1:30004", "192.0.2.1:5000"); // no route
    add_sink(for_a, lost);
    add_sink(for_a, for_b);
    add_sink(for_a, lost);
    control.update(0, {for_a, for_b, lost});
    for (std::uint16_t i = 0; i < 50; ++i)
        a.send("127.0.0.1:30000", rtp(i));
    for (std::uint16_t i = 0; i < 50; ++i)
        expect(b, rtp(i), "127.0.0.1:30002");
    const auto sink = [&](unsigned n) -> const state::SinkRecord& { return control.sink(0, 0, n); };
    Control::until([&] { return sink(2).out.errors.get() == 50; });
    CHECK(sink(0).out.errors.get() == 50);
    CHECK(sink(0).out.packets.get() == 0);
    CHECK(sink(1).out.packets.get() == 50);
    CHECK(control.header(0).out.packets.get() == 50);
    CHECK(control.header(0).out.errors.get() == 100);
}

TEST_CASE("RTCP and RTP part ways where one side multiplexes") {
    Control control({"127.0.0.1"});
    control.start(0);
    const Peer a("127.0.1.1:5000"), b("127.0.1.2:5002"), b_rtcp("127.0.1.2:5003");
    auto for_a = stream(1, 0, "127.0.0.1:30000", "127.0.1.1:5000");
    auto for_b = stream(2, 1, "127.0.0.1:30002", "127.0.1.2:5002");
    auto for_b_rtcp = stream(3, 2, "127.0.0.1:30003", "127.0.1.2:5003");
    for_a.set_component(link::MUXED);
    for_b_rtcp.set_component(link::RTCP);
    add_sink(for_a, for_b, 0, link::RTP);
    add_sink(for_a, for_b_rtcp, 0, link::RTCP);
    add_sink(for_b, for_a);
    add_sink(for_b_rtcp, for_a);
    control.update(0, {for_a, for_b, for_b_rtcp});
    a.send("127.0.0.1:30000", rtcp());
    expect(b_rtcp, rtcp(), "127.0.0.1:30003");
    a.send("127.0.0.1:30000", rtp(1));
    expect(b, rtp(1), "127.0.0.1:30002");
    b_rtcp.send("127.0.0.1:30003", rtcp());
    expect(a, rtcp(), "127.0.0.1:30000");
    CHECK(b.nothing_came());
    CHECK(control.record(0, 0).in.packets.get() == 2);
    CHECK(control.record(0, 0).type_list.types[0].packets.get() == 1);
}

TEST_CASE("nothing is sent behind a NAT that nothing came through yet") {
    Control control({"127.0.0.1", "127.0.0.2"});
    control.start(0);
    control.start(1);
    const Peer a("127.0.1.1:5000"), b("127.0.1.2:5002");
    auto for_a = stream(1, 0, "127.0.0.1:30000", "127.0.1.1:5000");
    auto for_b = stream(2, 1, "127.0.0.2:30002", "127.0.1.2:5002");
    for_b.set_nat_wait(true);
    join(for_a, for_b, 0, 1);
    control.update(0, {for_a});
    control.update(1, {for_b});
    a.send("127.0.0.1:30000", rtp(1));
    Control::until([&] { return control.record(0, 0).in.packets.get() == 1; });
    b.send("127.0.0.2:30002", rtp(1));
    expect(a, rtp(1), "127.0.0.1:30000");
    CHECK(b.nothing_came());
    a.send("127.0.0.1:30000", rtp(2));
    expect(b, rtp(2), "127.0.0.2:30002");
    CHECK(control.sink(0, 0, 0).out.packets.get() == 1);
}

TEST_CASE("empty packets go ahead through a NAT until something comes back") {
    Control control({"127.0.0.1"});
    control.start(0);
    const Peer a("127.0.1.1:5000"), b("127.0.1.2:5002");
    auto for_a = stream(1, 0, "127.0.0.1:30000", "127.0.1.1:5000");
    auto for_b = stream(2, 1, "127.0.0.1:30002", "127.0.1.2:5002");
    for_a.set_pierce_nat(true);
    join(for_a, for_b);
    control.update(0, {for_a, for_b});
    const auto first = a.receive(), second = a.receive();
    REQUIRE(second);
    CHECK(first->bytes.size() == 12);
    CHECK(first->bytes[0] == 0x80);
    CHECK(first->from.str() == "127.0.0.1:30000");
    CHECK(second->bytes[3] == static_cast<std::uint8_t>(first->bytes[3] + 1));
    a.send("127.0.0.1:30000", rtp(1));
    expect(b, rtp(1), "127.0.0.1:30002");
    while (a.receive(0)) {
    } // sent before ours came
    CHECK_FALSE(a.receive(600));
}

TEST_CASE("echo, blackhole and drop") {
    Control control({"127.0.0.1"});
    control.start(0);
    const Peer a("127.0.1.1:5000"), b("127.0.1.2:5002");
    auto for_a = stream(1, 0, "127.0.0.1:30000", "127.0.1.1:5000");
    auto for_b = stream(2, 1, "127.0.0.1:30002", "127.0.1.2:5002");
    join(for_a, for_b);
    for_a.set_echo(link::REFLECT);
    for_b.set_echo(link::BLACKHOLE);
    control.update(0, {for_a, for_b});
    b.send("127.0.0.1:30002", rtp(1));
    Control::until([&] { return control.record(0, 1).in.packets.get() == 1; });
    a.send("127.0.0.1:30000", rtp(2));
    expect(a, rtp(2), "127.0.0.1:30000");
    CHECK(a.nothing_came());
    CHECK(b.nothing_came());
    CHECK(control.record(0, 0).echo.packets.get() == 1);
    for_a.set_drop(true);
    for_a.set_echo(link::NO_ECHO);
    for_b.set_echo(link::NO_ECHO);
    control.update(0, {for_a, for_b});
    a.send("127.0.0.1:30000", rtp(3));
    b.send("127.0.0.1:30002", rtp(4));
    expect(a, rtp(4), "127.0.0.1:30000");
    CHECK(b.nothing_came());
    CHECK(control.record(0, 0).in.packets.get() == 1);
    CHECK(control.record(0, 0).in.errors.get() == 0);
}

TEST_CASE("a packet doesn't go round between two of our own ports for ever") {
    Control control({"127.0.0.1"});
    control.start(0);
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
