// SPDX-License-Identifier: Apache-2.0
// A worker is killed in the middle of a call and its successor goes on.
#include <doctest/doctest.h>

#include "pair.h"

using namespace rtpengine;
using namespace rtpengine::live;

namespace {

// A call whose first peer sends from another port than its SDP said.
struct Call : Pair {
    Call() : Pair(1, "127.0.1.1:5900") {
        join();
        control.update(0, {for_a, for_b, left_over});
        send(0, 4);
        expect(b, 0, 4);
        b.send(b_port, rtp(7));
        expect(a, 7, 7);
    }

    link::Stream left_over = stream(3, 2, "127.0.0.1:30004", "127.0.1.3:5004");
};

} // namespace

TEST_CASE("the successor of a killed worker knows what was learned and goes on counting") {
    Call call;
    call.control.kill(0);
    CHECK(call.record(0).id.get() == 1);
    call.control.start(0);
    const auto reply = call.control.sync(0, {call.for_a, call.for_b});
    REQUIRE(reply.results_size() == 2);
    CHECK(reply.results(0).removed_size() == 0);
    Control::until([&] { return call.record(2).id.get() == 0; }); // control no longer knows it
    CHECK(call.control.header(0).open.get() == 2);
    CHECK(state::load_remote(call.record(0)).str() == "127.0.1.1:5900");
    CHECK((call.record(0).flags.get() & state::confirmed));
    call.b.send("127.0.0.1:30002", rtp(8)); // before `a` has said anything again
    REQUIRE(call.a.receive());
    call.a.send("127.0.0.1:30000", rtp(5));
    REQUIRE(call.b.receive());
    CHECK(call.record(0).in.packets.get() == 6);
    CHECK(call.control.sink(0, 0, 0).out.packets.get() == 6);
    CHECK(call.record(0).source_list.packets.get() == 6);
    CHECK(call.record(0).source_list.lost.get() == 0);
    CHECK(call.control.sink(0, 1, 0).out.packets.get() == 2);
}

TEST_CASE("what control changed meanwhile takes effect") {
    Call call;
    call.control.kill(0);
    call.control.start(0);
    *call.for_a.mutable_signalled() = endpoint("127.0.1.1:6000");
    call.for_a.set_signalled_epoch(2);
    call.for_b.set_learn_epoch(2);
    call.for_a.clear_sinks();
    const auto reply = call.control.sync(0, {call.for_a, call.for_b});
    REQUIRE(reply.results(0).removed_size() == 1);
    CHECK(reply.results(0).removed(0).stream() == 2);
    CHECK(reply.results(0).removed(0).packets() == 5);
    CHECK(state::load_remote(call.record(0)).str() == "127.0.1.1:6000");
    CHECK_FALSE((call.record(0).flags.get() & state::confirmed));
    CHECK(state::load_remote(call.record(1)).str() == "127.0.1.2:5002");
    CHECK_FALSE((call.record(1).flags.get() & state::confirmed));
    CHECK(call.record(0).in.packets.get() == 5);
}

TEST_CASE("a restart while packets come loses what no socket holds, and nothing afterwards") {
    Call call;
    call.control.kill(0);
    call.a.send("127.0.0.1:30000", rtp(5)); // nobody reads; a bound socket is not there either
    call.control.start(0);
    call.control.sync(0, {call.for_a, call.for_b});
    for (std::uint16_t i = call.control.steered() ? 5 : 6; i < 300; ++i) {
        if (i > 5) call.a.send("127.0.0.1:30000", rtp(i));
        Pair::expect(call.b, i, i);
    }
    CHECK(call.record(0).in.packets.get() == (call.control.steered() ? 300 : 299));
}

TEST_CASE("what waits for a successor waits until it has been told of all streams, whatever it is told of before") {
    Call call;
    if (!call.control.steered()) return; // nothing waits there
    call.control.kill(0);
    call.send(5, 9);
    call.control.start(0);
    call.control.update(0, {stream(4, 3, "127.0.0.1:30006", "")}); // a port that was opened meanwhile
    call.control.sync(0, {call.for_a, call.for_b});
    Pair::expect(call.b, 5, 9);
    CHECK(call.record(0).in.packets.get() == 10);
}

TEST_CASE("what control no longer knows after a restart is closed") {
    Call call;
    call.control.kill(0);
    call.control.start(0);
    call.control.sync(0, {call.for_a});
    const Peer other("127.0.0.1:30004"); // its port was left_over's: datagrams to it are the other program's
    Control::until([&] {
        call.a.send("127.0.0.1:30004", rtp(1));
        return other.receive(10).has_value();
    });
}
