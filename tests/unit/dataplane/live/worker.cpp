// SPDX-License-Identifier: Apache-2.0
// The conversation between control and a worker.
#include <doctest/doctest.h>

#include "control.h"
#include "host.h"

using namespace rtpengine;
using namespace rtpengine::live;

TEST_CASE("one reply for each request, one result for each stream, closes first") {
    Control control({"127.0.0.1"});
    control.begin(0);
    const auto a = stream(1, 0, "127.0.0.1:30000", "");
    const auto b = stream(2, 1, "127.0.0.1:30002", "");
    auto reply = control.update(0, {a, b});
    REQUIRE(reply.results_size() == 2);
    CHECK(reply.results(0).stream() == 1);
    CHECK(reply.results(1).stream() == 2);
    CHECK(control.header(0).open.get() == 2);
    reply = control.update(0, {b, stream(3, 0, "127.0.0.1:30000", "")}, {[] {
                               link::StreamKey key;
                               key.set_id(1);
                               return key;
                           }()});
    REQUIRE(reply.results_size() == 3);
    CHECK(reply.results(0).stream() == 1);
    CHECK(reply.results(2).stream() == 3);
    for (const auto& result : reply.results())
        CHECK(result.outcome() == link::OK);
    CHECK(control.record(0, 0).id.get() == 3);
    CHECK(control.update(0, {}).results_size() == 0);
    CHECK(control
              .refresh(0, {[] {
                           link::StreamKey nobody;
                           nobody.set_slot(UINT32_MAX);
                           return nobody;
                       }()})
              .results_size() == 0);
    CHECK(control.sync(0, {}).results_size() == 0);
    Control::until([&] { return control.record(0, 0).id.get() == 0; });
    CHECK(control.header(0).open.get() == 0);
}

TEST_CASE("another program's port is told as such and harms no other stream") {
    Control control({"127.0.0.1"});
    control.begin(0);
    const auto taken = stream(1, 0, "127.0.0.1:30000", ""), fine = stream(2, 1, "127.0.0.1:30002", "");
    {
        const Peer other("127.0.0.1:30000");
        const auto reply = control.update(0, {taken, fine});
        CHECK(reply.results(0).outcome() == link::PORT_IN_USE);
        CHECK(reply.results(0).error().find("127.0.0.1:30000") != std::string::npos);
        CHECK(reply.results(1).outcome() == link::OK);
        CHECK_FALSE(control.view(0, 0));
    }
    CHECK(control.update(0, {taken}).results(0).outcome() == link::OK);
    // And one of our own.
    CHECK(control.update(0, {stream(3, 2, "127.0.0.1:30002", "")}).results(0).outcome() == link::PORT_IN_USE);
}

TEST_CASE("a port that a Sync could not open is opened as soon as it is free, and control hears of it") {
    Control control({"127.0.0.1"});
    control.start(0);
    auto late = stream(1, 0, "127.0.0.1:30000", ""), other = stream(2, 1, "127.0.0.1:30002", "");
    late.set_scope("call/tag/0");
    {
        const Peer robber("127.0.0.1:30000"), another("127.0.0.1:30002");
        const auto reply = control.sync(0, {late, other});
        CHECK(reply.results(0).outcome() == link::PORT_IN_USE);
        CHECK(reply.results(1).outcome() == link::PORT_IN_USE);
        CHECK(control.update(0, {}, {[] {
                                 link::StreamKey key;
                                 key.set_id(2), key.set_slot(1);
                                 return key;
                             }()})
                  .results_size() == 1); // control has given it up
    }
    control.run_until([&] { return !control.events(0).empty(); });
    const auto& event = control.events(0).front();
    CHECK(event.scope() == "call/tag/0");
    CHECK(event.stream().stream() == 1);
    CHECK(event.stream().outcome() == link::OK);
    CHECK(control.record(0, 0).id.get() == 1);
    const Peer peer("127.0.0.2:5000");
    peer.send("127.0.0.1:30000", rtp(1));
    Control::until([&] { return control.record(0, 0).in.packets.get() == 1; });
    CHECK_FALSE(control.view(0, 1));
    CHECK(control.events(0).size() == 1);
    const Peer free("127.0.0.1:30002");
}

TEST_CASE("what can't be done is said, and the worker goes on") {
    Control control({"127.0.0.1"});
    control.begin(0);
    auto no_slot = stream(1, 64, "127.0.0.1:30000", ""), no_id = stream(0, 1, "127.0.0.1:30000", "");
    auto no_local = stream(3, 1, "127.0.0.1:30000", "");
    no_local.clear_local();
    auto strange = stream(6, 1, "127.0.0.1:30000", "");
    add_sink(strange, no_slot);
    add_sink(strange, no_slot, 99);
    const auto reply = control.update(0, {no_slot, no_id, no_local, strange});
    REQUIRE(reply.results_size() == 4);
    for (int i = 0; i < 3; ++i) {
        CHECK(reply.results(i).outcome() == link::FAILED);
        CHECK_FALSE(reply.results(i).error().empty());
    }
    CHECK(reply.results(3).outcome() == link::OK); // its sinks' streams may still come
    link::StreamKey key;
    key.set_slot(1000);
    CHECK(control.update(0, {}, {key}).results(0).outcome() == link::FAILED);
    control.send_raw(0, "\xff\xff garbage");
    control.send_raw(0, "");
    CHECK(control.update(0, {strange}).results(0).outcome() == link::OK);
}

TEST_CASE("out of descriptors") {
    Control control({"127.0.0.1"});
    control.begin(0, {true, 40});
    std::vector<link::Stream> streams;
    for (std::uint32_t i = 0; i < 60; ++i)
        streams.push_back(stream(i + 1, i, "127.0.0.1:" + std::to_string(30000 + i), ""));
    const auto reply = control.update(0, streams);
    CHECK(reply.results(0).outcome() == link::OK);
    if (control.steered()) { // a port needs none
        for (const auto& result : reply.results())
            CHECK(result.outcome() == link::OK);
        return;
    }
    CHECK(reply.results(59).outcome() == link::FAILED);
    CHECK(reply.results(59).error().find("Too many open files") != std::string::npos);
    control.sync(0, {streams[0]});
    Control::until([&] { return control.header(0).open.get() == 1; });
    CHECK(control.update(0, {streams[59]}).results(0).outcome() == link::OK);
}

TEST_CASE("a stream has as many destinations as it shall have, those that open later too") {
    constexpr unsigned many = 200;
    Control control({"127.0.0.1"}, 512);
    control.begin(0);
    const Peer a("127.0.1.1:5000"), b("127.0.1.2:5002");
    auto from_a = stream(1, 0, "127.0.0.1:30000", "127.0.1.1:5000");
    std::vector<link::Stream> branches;
    for (unsigned i = 0; i < many; ++i) {
        branches.push_back(stream(2 + i, 1 + i, "127.0.0.1:" + std::to_string(30002 + 2 * i), ""));
        add_sink(from_a, branches.back());
    }
    REQUIRE(control.update(0, {from_a}).results(0).outcome() == link::OK);
    *branches.back().mutable_signalled() = endpoint("127.0.1.2:5002"); // this one answers
    const auto opened = control.update(0, branches);
    for (const auto& result : opened.results()) REQUIRE(result.outcome() == link::OK);
    a.send("127.0.0.1:30000", rtp(1));
    const auto port = "127.0.0.1:" + std::to_string(30002 + 2 * (many - 1));
    const auto expect = [&](const Bytes& bytes) {
        const auto received = b.receive();
        REQUIRE(received);
        CHECK(received->bytes == bytes);
        CHECK(received->from.str() == port);
    };
    expect(rtp(1));
    control.kill(0);
    control.start(0);
    branches.insert(branches.begin(), from_a);
    const auto synchronized = control.sync(0, branches);
    for (const auto& result : synchronized.results()) REQUIRE(result.outcome() == link::OK);
    a.send("127.0.0.1:30000", rtp(2));
    expect(rtp(2));
    CHECK(control.sink(0, 0, many - 1).out.packets.get() == 2);
    CHECK(control.sink(0, 0, 0).out.packets.get() == 0);
    from_a.clear_sinks();
    add_sink(from_a, branches.back());
    CHECK(control.update(0, {from_a}).results(0).removed_size() == 0); // those that are gone had counted nothing
    CHECK(control.sink(0, 0, 0).out.packets.get() == 2);
}

TEST_CASE("a stream without memory for its record is refused, the others go on") {
    constexpr unsigned many = 400;
    Control control({"127.0.0.1"}, 512);
    const Limits limits{true, 0, 14 * 4096 + 8 * state::Chunk::size};
    control.begin(0, limits);
    const Peer a("127.0.1.1:5000"), b("127.0.1.2:5002");
    std::vector<link::Stream> streams;
    for (unsigned i = 0; i < many; ++i)
        streams.push_back(stream(1 + i, i, "127.0.0.1:" + std::to_string(30000 + i), i == 1 ? "127.0.1.2:5002" : ""));
    add_sink(streams[0], streams[1]);
    const auto reply = control.update(0, streams);
    std::vector<link::Stream> opened;
    for (unsigned i = 0; i < many; ++i) {
        if (reply.results(static_cast<int>(i)).outcome() == link::OK) opened.push_back(streams[i]);
        else CHECK(reply.results(static_cast<int>(i)).error() == "no memory for records: File too large");
    }
    CHECK(opened.size() >= 30);
    CHECK(opened.size() < many);
    const auto forwards = [&](std::uint16_t number) {
        a.send("127.0.0.1:30000", rtp(number));
        const auto received = b.receive();
        REQUIRE(received);
        CHECK(received->bytes == rtp(number));
    };
    forwards(1);
    control.kill(0);
    control.start(0, limits); // what is open needs no more
    const auto synchronized = control.sync(0, opened);
    for (const auto& result : synchronized.results()) CHECK(result.outcome() == link::OK);
    forwards(2);
    CHECK(control.sink(0, 0, 0).out.packets.get() == 2);
}

TEST_CASE("counters of sinks come back when the sinks go") {
    Control control({"127.0.0.1"});
    control.begin(0);
    const Peer a("127.0.1.1:5000"), b("127.0.1.2:5002"), c("127.0.1.3:5004");
    const auto plain_a = stream(1, 0, "127.0.0.1:30000", "127.0.1.1:5000");
    const auto for_b = stream(2, 1, "127.0.0.1:30002", "127.0.1.2:5002");
    const auto for_c = stream(3, 2, "127.0.0.1:30004", "127.0.1.3:5004");
    auto for_a = plain_a;
    add_sink(for_a, for_b);
    add_sink(for_a, for_c);
    control.update(0, {for_a, for_b, for_c});
    a.send("127.0.0.1:30000", rtp(1));
    REQUIRE(b.receive());
    REQUIRE(c.receive());
    CHECK(control.update(0, {for_a}).results(0).removed_size() == 0); // nothing changed
    auto only_c = plain_a;
    add_sink(only_c, for_c);
    auto result = control.update(0, {only_c}).results(0);
    REQUIRE(result.removed_size() == 1); // c keeps what it counts, wherever it stands
    CHECK(result.removed(0).stream() == 2);
    CHECK(result.removed(0).packets() == 1);
    CHECK(result.removed(0).bytes() == 172);
    a.send("127.0.0.1:30000", rtp(2));
    REQUIRE(c.receive());
    CHECK(control.sink(0, 0, 0).out.packets.get() == 2);
    CHECK(control.record(0, 0).in.packets.get() == 2);
    link::StreamKey key;
    key.set_id(1);
    result = control.update(0, {}, {key}).results(0);
    REQUIRE(result.removed_size() == 1);
    CHECK(result.removed(0).packets() == 2);
    CHECK(control.update(0, {}, {key}).results(0).removed_size() == 0);
}

TEST_CASE("a new control process is greeted, the same one only once") {
    Control control({"127.0.0.1"});
    control.begin(0);
    const auto before = control.hellos(0); // its own, and one in answer to the first welcome
    control.welcome(0, 100);
    control.wait_hello(0, before + 1);
    control.welcome(0, 100);
    control.update(0, {}); // answered after it
    CHECK(control.hellos(0) == before + 1);
    control.welcome(0, 101);
    control.wait_hello(0, before + 2);
}

TEST_CASE("a control process that has given up its link gets another hello, though it is the same") {
    Control control({"127.0.0.1"});
    control.begin(0);
    const auto before = control.hellos(0);
    control.welcome(0, 100);
    control.wait_hello(0, before + 1);
    for (int again = 2; again < 5; ++again) {
        control.welcome(0, 100, true);
        control.wait_hello(0, before + again);
    }
}

TEST_CASE("SIGTERM ends it at once") {
    Control control({"127.0.0.1"});
    control.begin(0);
    control.update(0, {stream(1, 0, "127.0.0.1:30000", "")});
    CHECK(control.terminate(0) == 0);
    const Peer port("127.0.0.1:30000");
}
