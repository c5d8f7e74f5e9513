// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/offloader.h"

#include <cerrno>

#include <doctest/doctest.h>

#include "offload_world.h"

using namespace rtpengine;
using namespace rtpengine::dataplane;
using namespace rtpengine::test;
using state::Path;

namespace {

constexpr std::uint64_t second = 1'000'000;
constexpr std::uint64_t settled = 4 * second; // more than it takes

// A call between two peers, settled and not yet in the kernel.
struct Call : World {
    Call() {
        add_sink(a, b);
        add_sink(b, a);
        sync({});
        set({a, b});
        learn(0, "198.51.100.1:4000");
        learn(1, "198.51.100.2:6000");
        send(0);
        send(1);
    }
    bool send(std::uint32_t slot, std::uint8_t type = 8) {
        return packet(slot, {type, slot + 100, static_cast<std::uint16_t>(next[slot]++), 172});
    }
    void send(std::uint32_t slot, int n) {
        for (int i = 0; i < n; ++i)
            send(slot);
    }
    std::uint64_t in(std::uint32_t slot) { return total_in(slot); }
    std::uint64_t out(std::uint32_t slot) { return sent_to_first(slot); }
    std::string destination(std::uint32_t slot) {
        const auto* stream = module.find(streams()[slot].echo.from);
        REQUIRE(stream);
        REQUIRE(stream->destinations.size() == 1);
        const auto& to = stream->destinations[0].to;
        return std::to_string(to.address[3]) + ":" + std::to_string(__builtin_bswap16(to.port));
    }
    void restart() {
        kill();
        start();
    }

    StreamSpec a = spec(1, 0, "198.51.100.1:4000"), b = spec(2, 1, "198.51.100.2:6000");
    unsigned next[2] = {1, 1};
};

} // namespace

TEST_CASE_FIXTURE(Call, "a stream whose packets come from where SDP said goes into the kernel with the next tick") {
    CHECK(module.size() == 0);
    pass(Offloader::tick_us);
    CHECK(in_kernel(0));
    CHECK(in_kernel(1));
    CHECK(in(0) == 1); // of its packets userspace had one
}

TEST_CASE_FIXTURE(Call, "one that waited for its destination goes with the next tick after it is known") {
    auto c = spec(3, 2, "198.51.100.3:7000"), d = spec(4, 3, nullptr);
    add_sink(c, d);
    add_sink(d, c);
    set({c, d});
    learn(2, "198.51.100.3:7000");
    pass(settled);
    CHECK(path_of(2) == Path::no_destination);
    d.rule.signalled = Endpoint::parse("198.51.100.4:8000").value(); // the answer
    d.signalled_epoch = 2;
    set({d});
    pass(Offloader::tick_us);
    CHECK(in_kernel(2));
}

TEST_CASE_FIXTURE(Call, "many at once are looked at in pieces, tick by tick") {
    std::vector<StreamSpec> more;
    for (std::uint32_t slot = 2; slot < slots; ++slot) {
        more.push_back(spec(slot + 1, slot, "198.51.100.3:7000"));
        add_sink(more.back(), a);
    }
    set(more);
    for (std::uint32_t slot = 2; slot < slots; ++slot) learn(slot, "198.51.100.3:7000");
    module.changes_in_a_row = 4;
    for (std::size_t expected = 4; expected <= slots / 2; expected += 4) {
        pass(Offloader::tick_us);
        CHECK(module.size() == expected);
    }
    module.changes_in_a_row = slots;
    const auto in_pieces = [&](auto count) { // what a tick does, by piece
        offloader().begin_tick();
        unsigned pieces = 1;
        for (bool more_to_do = true; more_to_do; ++pieces) {
            const auto before = count();
            more_to_do = !offloader().go_on(now_us += Offloader::tick_us);
            CHECK(count() - before <= Offloader::piece);
        }
        return pieces;
    };
    CHECK(in_pieces([&] { return module.sets; }) >= slots / 2 / Offloader::piece);
    CHECK(module.size() == slots);
    for (std::uint32_t slot = 0; slot < slots; ++slot) streams().close({slot + 1, slot});
    CHECK(module.withdrawn() == slots);
    CHECK(in_pieces([&, all = slots] { return all - module.withdrawn(); }) >= slots / Offloader::piece);
    CHECK(module.withdrawn() == 0);
}

TEST_CASE_FIXTURE(Call, "a stream whose packets come from elsewhere goes into the kernel when nothing has changed for two seconds") {
    learn(0, "198.51.100.9:4444");
    learn(1, "198.51.100.9:4445");
    pass(second);
    CHECK(path_of(0) == Path::settling);
    CHECK(module.size() == 0);
    pass(settled);
    CHECK(in_kernel(0));
    CHECK(in_kernel(1));
}

TEST_CASE_FIXTURE(Call, "what a stream in the kernel has counted is in its record, once") {
    pass(settled);
    CHECK(in_kernel(0));
    CHECK(in_kernel(1));
    CHECK(header().offloaded.get() == 2);
    CHECK(destination(0) == "2:6000");
    CHECK(send(0));
    CHECK_FALSE(out(0) == 2); // not read yet
    pass(second);
    CHECK(in(0) == 2);
    CHECK(out(0) == 2);
    CHECK(record(0).in.packets.get() == 1);
    CHECK(source(0, 0).packets.get() == 2);
    CHECK(record(0).type_list.types[0].packets.get() == 2);
    CHECK(header().kernel_in.packets.get() == 1);
    CHECK(header().kernel_out.packets.get() == 1);
    CHECK(us_of(state::last_packet(view(0))) >= now_us - 2 * second);
    pass(10 * second);
    CHECK(module.sets == 2);
    CHECK(in(0) == 2);
}

TEST_CASE_FIXTURE(Call, "one-way media goes too, towards whoever never sends") {
    auto c = spec(3, 2, "198.51.100.3:7000"), d = spec(4, 3, "198.51.100.4:8000");
    add_sink(c, d);
    add_sink(d, c);
    set({c, d});
    learn(2, "198.51.100.3:7000");
    packet(2, {8, 5, 1});
    pass(settled);
    CHECK(in_kernel(2));
    CHECK(path_of(3) == Path::no_packets);
}

TEST_CASE_FIXTURE(Call, "saying it again leaves the rule alone") {
    pass(settled);
    const auto sets = module.sets;
    CHECK(set({a, b}).empty());
    sync({a, b});
    a.scope = "another text";
    a.rule.pierce_nat = true; // nothing that the kernel does
    set({a});
    pass(settled);
    CHECK(module.sets == sets);
    CHECK(module.deletes == 0);
}

TEST_CASE_FIXTURE(Call, "a changed rule replaces the former one, and its counters stay") {
    pass(settled);
    send(0, 5);
    a.sinks[0].tos = 184;
    set({a});
    CHECK(module.find(a.local)->destinations[0].tos == 184);
    CHECK(module.deletes == 0);
    CHECK(in(0) == 6); // already
    send(0, 3);
    pass(second);
    CHECK(in(0) == 9);
    CHECK(out(0) == 9);
    CHECK(source(0, 0).packets.get() == 9);
    CHECK(source(0, 0).lost.get() == 0);
}

TEST_CASE_FIXTURE(Call, "a destination that is learned anew is used at once") {
    pass(settled);
    learn(1, "198.51.100.9:9000");
    CHECK(destination(0) == "9:9000");
    CHECK(module.deletes == 0);
}

TEST_CASE_FIXTURE(Call, "a new address in SDP brings both streams back to userspace as far as it matters") {
    pass(settled);
    b.rule.signalled = Endpoint::parse("198.51.100.3:7000").value();
    b.signalled_epoch = 2;
    set({a, b});
    CHECK(in_kernel(0));
    CHECK(destination(0) == "3:7000");
    CHECK(path_of(1) == Path::learning);
    CHECK_FALSE(module.find(b.local));
}

TEST_CASE_FIXTURE(Call, "sinks that go take the kernel's counts with them") {
    pass(settled);
    send(0, 5);
    auto c = spec(3, 2, "198.51.100.3:7000");
    a.sinks.clear();
    add_sink(a, c);
    const auto removed = set({c, a});
    REQUIRE(removed.size() == 1);
    CHECK(removed[0].stream == 2);
    CHECK(removed[0].packets == 6);
    CHECK_FALSE(in_kernel(0));
    CHECK(out(0) == 0);
    pass(settled);
    CHECK(in_kernel(0));
    send(0, 2);
    const auto closed = streams().close({1, 0});
    REQUIRE(closed.removed.size() == 1);
    CHECK(closed.removed[0].packets == 2);
    CHECK(total_in(0) == 8); // until the record is used again
    CHECK(module.size() == 1);
    CHECK(header().offloaded.get() == 1);
}

TEST_CASE_FIXTURE(Call, "hold and dropped traffic come back") {
    pass(settled);
    a.rule.drop = true;
    set({a});
    CHECK(path_of(0) == Path::dropped);
    CHECK_FALSE(module.find(a.local));
    a.rule.drop = false;
    b.rule.signalled = Endpoint::parse("0.0.0.0:6000").value();
    b.signalled_epoch = 2;
    set({a, b});
    pass(settled);
    CHECK(path_of(0) == Path::held);
}

TEST_CASE_FIXTURE(Call, "payload types are the kernel's to count, however many come, and no rule follows them") {
    pass(settled);
    const auto sets = module.sets;
    for (std::uint8_t type = 20; type < 60; ++type) { // two a second
        CHECK(send(0, type));
        CHECK(send(0));
        pass(second / 2);
        CHECK(in_kernel(0));
    }
    pass(second);
    CHECK(module.deletes == 0);
    CHECK(module.sets == sets);
    CHECK(in(0) == 80 + 1);
    CHECK(source(0, 0).packets.get() == 80 + 1);
    CHECK(source(0, 0).lost.get() == 0);
    std::uint64_t told_apart = 0;
    state::each_type(record(0), [&](const auto& type) { told_apart += type.packets.get(); });
    CHECK(record(0).others.type_packets.get() == 40 - 15); // sixteen have a place: these, and the one that was there
    CHECK(told_apart + record(0).others.type_packets.get() == 80 + 1);
}

TEST_CASE_FIXTURE(Call, "SSRCs that find no place in the kernel are counted together, whoever is heard keeps his") {
    pass(settled);
    const auto sets = module.sets;
    for (std::uint32_t i = 0; i < 60; ++i) { // a new one each second, and in between the stream's own
        CHECK(packet(0, {8, 0xbad0 + i, 1}));
        CHECK(send(0));
        pass(second);
        CHECK(in_kernel(0));
    }
    CHECK(module.sets == sets);
    CHECK(module.deletes == 0);
    std::uint64_t told_apart = 0;
    state::each_source(record(0), [&](const auto& each) { told_apart += each.packets.get(); });
    CHECK(told_apart + record(0).others.packets.get() == in(0));
    CHECK(in(0) == 121);
    CHECK(source(0, 0).packets.get() == 61);
    CHECK(source(0, 0).lost.get() == 0);
    CHECK(record(0).others.packets.get() > 30); // three places, each free again after ten seconds of silence
    CHECK(record(0).others.packets.get() < 50);
}

TEST_CASE_FIXTURE(Call, "an SSRC that comes again after others had its place in the kernel is counted on") {
    pass(settled);
    for (std::uint32_t round = 0; round < 3; ++round)
        for (const std::uint32_t ssrc : {0xa, 0xb, 0xc, 0xd, 0xe, 0xf}) {
            for (std::uint16_t i = 0; i < 5; ++i) CHECK(packet(0, {8, ssrc, static_cast<std::uint16_t>(round * 5 + i)}));
            pass(12 * second);
        }
    for (unsigned n = 1; n < 7; ++n) {
        CAPTURE(n);
        CHECK(source(0, n).packets.get() == 15);
    }
    CHECK(record(0).others.packets.get() == 0);
}

TEST_CASE_FIXTURE(Call, "what the kernel misses is lost") {
    pass(settled);
    send(0, 3);
    next[0] += 4;
    send(0, 3);
    pass(second);
    CHECK(source(0, 0).lost.get() == 4);
    a.rule.drop = true;
    set({a});
    send(0, 2);
    next[0] += 1;
    send(0, 1);
    CHECK(source(0, 0).lost.get() == 5);
}

TEST_CASE_FIXTURE(Call, "an SSRC that only the kernel has seen") {
    pass(settled);
    for (std::uint16_t i = 0; i < 5; ++i)
        CHECK(packet(0, {8, 0xbeef, static_cast<std::uint16_t>(900 + i)}));
    pass(second);
    CHECK(source(0, 1).ssrc.get() == 0xbeef);
    CHECK(source(0, 1).packets.get() == 5);
    CHECK(source(0, 1).extended_seq.get() == 904);
}

TEST_CASE_FIXTURE(Call, "packets that pass the rule by bring the stream back, for longer every time") {
    pass(settled);
    send(0, 5);
    pass(2 * second);
    module.reached = false; // iptables -F
    for (int i = 0; i < 8 && in_kernel(0); ++i) {
        send(0, 10);
        pass(second / 2);
    }
    CHECK(path_of(0) == Path::bypassed);
    CHECK(in_kernel(1)); // nothing comes there
    CHECK_FALSE(module.find(a.local));
    CHECK(source(0, 0).lost.get() == 0);
    for (const auto wait : {5, 10, 20, 40, 60, 60}) {
        CAPTURE(wait);
        const auto from = now_us;
        while (!in_kernel(0)) {
            send(0, 1);
            pass(second / 4);
            REQUIRE(now_us - from < 100 * second);
        }
        CHECK(now_us - from >= static_cast<unsigned>(wait - 1) * second);
        CHECK(now_us - from <= static_cast<unsigned>(wait + 2) * second);
        while (in_kernel(0)) {
            send(0, 1);
            pass(second / 4);
        }
    }
    module.reached = true;
    pass(70 * second);
    CHECK(in_kernel(0));
    send(0, 5);
    pass(second);
    CHECK(in_kernel(0));
    CHECK(source(0, 0).packets.get() == in(0));
    CHECK(source(0, 0).lost.get() == 0);
}

TEST_CASE_FIXTURE(Call, "a rule that is gone from the table is noticed, and no counters with it") {
    pass(settled);
    send(0, 5);
    pass(second);
    module.clear();
    pass(second);
    CHECK(path_of(0) == Path::bypassed);
    CHECK(in(0) == 6);
    send(0, 1);
    pass(10 * second);
    CHECK(in_kernel(0));
    send(0, 2);
    pass(second);
    CHECK(in(0) == 9);
}

TEST_CASE_FIXTURE(Call, "a refusal is not repeated until the rule changes or a minute has passed") {
    module.next_error = EOPNOTSUPP;
    module.next_error_at = a.local;
    pass(settled);
    CHECK(path_of(0) == Path::refused);
    CHECK(in_kernel(1));
    pass(30 * second);
    CHECK(path_of(0) == Path::refused);
    a.sinks[0].tos = 8;
    set({a});
    pass(settled);
    CHECK(in_kernel(0));
    module.next_error = ENOMEM; // when one is to be replaced it goes
    a.sinks[0].tos = 16;
    set({a});
    CHECK(path_of(0) == Path::refused);
    CHECK_FALSE(module.find(a.local));
    pass(70 * second);
    CHECK(in_kernel(0));
}

TEST_CASE_FIXTURE(Call, "the table goes: everything is in userspace, and nothing is asked any more") {
    pass(settled);
    send(0, 3);
    pass(second);
    module.next_error = ENODEV;
    a.sinks[0].tos = 8;
    set({a});
    CHECK_FALSE(offloader().active());
    CHECK(path_of(0) == Path::table_lost);
    CHECK(path_of(1) == Path::table_lost);
    CHECK(header().offloaded.get() == 0);
    module.clear();
    send(0, 2);
    pass(100 * second);
    CHECK(in(0) == 6);
    CHECK(streams().close({1, 0}).removed.at(0).packets == 6);
}

TEST_CASE_FIXTURE(Call, "the successor of a killed worker takes the rules over without touching them") {
    pass(settled);
    send(0, 5);
    pass(second);
    send(0, 4); // that nobody has read
    const auto sets = module.sets;
    restart();
    CHECK(
        module.packet(a.local, {8, 100, static_cast<std::uint16_t>(next[0]++)}, now_us * 1000)); // meanwhile
    sync({a, b});
    CHECK(in_kernel(0));
    CHECK(header().offloaded.get() == 2);
    CHECK(module.sets == sets);
    send(0, 2);
    pass(second);
    CHECK(in(0) == 13);
    CHECK(out(0) == 13);
    CHECK(source(0, 0).packets.get() == 13);
    CHECK(source(0, 0).lost.get() == 0);
    CHECK(module.sets == sets);
    CHECK(module.deletes == 0);
}

TEST_CASE_FIXTURE(Call, "asked for, the figures of the moment are there, once") {
    pass(settled);
    send(0, 5);
    send(1, 7);
    CHECK(in(0) == 1);
    for (int twice = 0; twice < 2; ++twice)
        offloader().refresh({1, 0});
    CHECK(in(0) == 6);
    CHECK(out(0) == 6);
    CHECK(source(0, 0).packets.get() == 6);
    CHECK(record(0).type_list.types[0].packets.get() == 6);
    CHECK(in(1) == 1); // wasn't asked for
    pass(second);
    CHECK(in(0) == 6);
    CHECK(in(1) == 8);
    CHECK(header().kernel_in.packets.get() == 12);
    CHECK(in_kernel(0));
    CHECK(module.deletes == 0);
}

TEST_CASE_FIXTURE(Call, "figures of what isn't in the kernel, or isn't there, change nothing") {
    offloader().refresh({1, 0}); // not yet
    pass(settled);
    send(0, 5);
    for (const auto& key : {StreamKey{2, 0}, {1, 1}, {1, slots}, {1, UINT32_MAX}, {0, 5}})
        offloader().refresh(key);
    CHECK(in(0) == 1);
    module.clear(); // is the next turn's to notice
    offloader().refresh({1, 0});
    CHECK(in(0) == 1);
    CHECK(offloader().active());
    pass(second);
    CHECK(path_of(0) == Path::bypassed);
}

TEST_CASE_FIXTURE(Call, "a successor has read the figures when it has its streams") {
    pass(settled);
    send(0, 5);
    restart();
    offloader().refresh({1, 0}); // before its Sync
    CHECK(in(0) == 1);
    sync({a, b});
    CHECK(in(0) == 6);
    CHECK(out(0) == 6);
    offloader().refresh({1, 0});
    CHECK(in(0) == 6);
}

TEST_CASE_FIXTURE(Call, "what changed while no worker was there takes effect") {
    pass(settled);
    send(0, 5);
    send(1, 5);
    restart();
    a.sinks[0].tos = 8;
    sync({a, b});
    CHECK(module.find(a.local)->destinations[0].tos == 8);
    CHECK(in(0) == 6);
    restart();
    sync({a}); // b was closed
    CHECK_FALSE(module.find(b.local));
    pass(second);
    CHECK_FALSE(module.find(a.local));
    CHECK(path_of(0) == Path::no_destination);
    CHECK(in(1) == 6); // until its record is used again
}

TEST_CASE_FIXTURE(Call, "a rule that is no stream's is swept off our addresses, and no others") {
    const auto stale = Endpoint::parse("192.0.2.1:31000").value(),
               foreign = Endpoint::parse("192.0.2.9:31000").value();
    module.add(77, stale);
    module.add(78, foreign);
    module.add(79, a.local); // in the way of ours
    const auto shared = Endpoint::parse("192.0.2.1:32000").value();
    module.add(80, shared); // of another interface with the same address
    auto other = *state::Writer::open(duplicate(states[1].get()));
    REQUIRE(other.reserve<state::StreamRecord>(1));
    other.make(3, 80)->id.set(80);
    pass(2 * settled);
    CHECK(module.find(shared));
    CHECK_FALSE(module.find(stale));
    CHECK(module.find(foreign));
    CHECK(in_kernel(0));
    CHECK(module.find(a.local)->rule.id == 1);
}

TEST_CASE_FIXTURE(Call, "a peer that sends from two places doesn't keep the kernel busy") {
    a.rule.media_handover = true;
    set({a, b});
    pass(settled);
    const auto sets = module.sets;
    for (int i = 0; i < 100; ++i) {
        learn(0, i % 2 ? "198.51.100.1:4000" : "198.51.100.1:4002");
        pass(i % 5 ? 0 : second / 4);
    }
    CHECK(module.sets - sets <= 2 * (Standing::changes_at_once + 1)); // of 200: b's rule leads there too
    CHECK(path_of(0) == Path::restless);
    pass(2 * settled);
    CHECK(in_kernel(0));
    CHECK(in_kernel(1));
}

TEST_CASE_FIXTURE(Call, "a port that another stream gets begins anew") {
    pass(settled);
    send(0, 5);
    pass(second);
    auto other = spec(9, 0, "198.51.100.1:4000");
    add_sink(other, b);
    set({other});
    CHECK(in(0) == 0);
    CHECK(path_of(0) == Path::no_packets);
    CHECK_FALSE(module.find(a.local));
}

TEST_CASE_FIXTURE(Call, "killed at a change of a rule, before or after the kernel made it") {
    using When = DeadlyTable::When;
    for (const auto when : {When::before, When::after})
        for (int turn = 0; turn < 2; ++turn) {
            pass(settled);
            REQUIRE(in_kernel(0));
            send(0, 5);
            const auto sent = next[0] - 1;
            deadly = when;
            if (turn) a.rule.drop = true;
            a.sinks[0].tos ^= 4;
            CHECK_THROWS_AS(set({a}), Killed);
            a.rule.drop = false;
            restart();
            sync({a, b});
            pass(settled);
            CHECK(in(0) == sent);
            CHECK(out(0) == sent);
            CHECK(source(0, 0).packets.get() == sent);
        }
}

TEST_CASE("booking can be broken off anywhere and done again") {
    Call call;
    call.pass(settled);
    call.send(0, 5);
    call.pass(second);
    call.send(0, 4);
    call.deadly = DeadlyTable::When::after;
    CHECK_THROWS_AS(call.streams().close({1, 0}), Killed);
    // As far as the dead one may have come.
    auto& kernel = *state::kernel_of(call.record(0));
    kernel.in.total.packets.set(9);
    auto& record = call.record(0);
    state::follow<state::SinkRecord>(&record, record.sinks)->kernel.total.packets.set(9);
    call.restart();
    call.sync({call.a, call.b});
    call.send(0, 1);
    call.pass(second);
    CHECK(call.total_in(0) == 11);
    CHECK(state::total_in(call.view(0)).bytes == 11 * 172);
    CHECK(call.streams().close({1, 0}).removed.at(0).packets == 11);
    call.pass(second);
    CHECK(call.module.withdrawn() == 0);
}

TEST_CASE_FIXTURE(Call, "packets that are on their way when their rule is withdrawn or replaced are counted when they land") {
    pass(settled);
    REQUIRE(packet(0, {8, 100, 2}, true));
    a.sinks[0].tos = 184; // replaced
    set({a});
    module.land();
    REQUIRE(packet(0, {8, 100, 4}, true));
    a.rule.drop = true; // withdrawn
    set({a});
    CHECK(module.withdrawn() == 1);
    CHECK_FALSE(packet(0, {8, 100, 3})); // userspace's, and sooner
    CHECK_FALSE(packet(0, {8, 100, 5}));
    pass(second);
    CHECK(module.withdrawn() == 1); // not final yet
    CHECK(in(0) == 4);
    module.land();
    pass(Offloader::tick_us);
    CHECK(module.withdrawn() == 0);
    CHECK(in(0) == 5);
    CHECK(out(0) == 5);
    CHECK(source(0, 0).packets.get() == 5);
    CHECK(source(0, 0).lost.get() == 0);
    CHECK(record(0).type_list.types[0].packets.get() == 5);
}

TEST_CASE_FIXTURE(Call, "a stream gets no new rule until what it had has been collected") {
    pass(settled);
    packet(0, {8, 100, 2}, true);
    a.rule.drop = true;
    set({a});
    a.rule.drop = false;
    set({a});
    pass(settled);
    CHECK_FALSE(in_kernel(0));
    module.land();
    pass(settled);
    CHECK(in_kernel(0));
    CHECK(in(0) == 2);
}

TEST_CASE_FIXTURE(Call, "a sink that comes again at once doesn't get what the former one was sent") {
    pass(settled);
    send(0, 5);
    packet(0, {8, 100, static_cast<std::uint16_t>(next[0]++)}, true);
    a.sinks.clear();
    const auto removed = set({a});
    REQUIRE(removed.size() == 1);
    CHECK(removed[0].packets == 6);
    add_sink(a, b);
    set({a});
    module.land();
    pass(settled);
    CHECK(out(0) == 1); // the one that was late, and no one else's
    CHECK(in(0) == 7);
    CHECK(header().kernel_out.packets.get() == 6);
}

TEST_CASE_FIXTURE(Call, "the successor of a worker that was killed before it collected a rule does that") {
    pass(settled);
    send(0, 5);
    packet(0, {8, 100, static_cast<std::uint16_t>(next[0]++)}, true);
    a.rule.drop = true;
    set({a});
    restart();
    sync({a, b});
    CHECK(module.withdrawn() == 1);
    module.land();
    pass(second);
    CHECK(module.withdrawn() == 0);
    CHECK(in(0) == 7);
    CHECK(source(0, 0).packets.get() == 7);
}

TEST_CASE_FIXTURE(Call, "of a stream that is closed, what comes late is in the worker's sums") {
    pass(settled);
    send(0, 5);
    packet(0, {8, 100, static_cast<std::uint16_t>(next[0]++)}, true);
    streams().close({1, 0});
    CHECK(header().kernel_in.packets.get() == 5);
    module.land();
    pass(second);
    CHECK(header().kernel_in.packets.get() == 6);
    CHECK(header().kernel_out.packets.get() == 6);
    CHECK(module.withdrawn() == 0);
}

TEST_CASE_FIXTURE(Call, "what nobody collects is forgotten after a while") {
    pass(settled);
    packet(0, {8, 100, 2}, true);
    streams().close({1, 0});
    restart();
    sync({b});
    module.land();
    pass(30 * second);
    CHECK(module.withdrawn() == 1); // it might be another worker's
    pass(40 * second);
    CHECK(module.withdrawn() == 0);
}
