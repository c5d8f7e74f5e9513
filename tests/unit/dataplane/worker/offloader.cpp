// SPDX-License-Identifier: Apache-2.0
// When a stream goes into the kernel, and how long it stays there: what SDP and peers change.
#include <doctest/doctest.h>

#include "offload_call.h"

using namespace rtpengine;
using namespace rtpengine::dataplane;
using namespace rtpengine::test;
using state::Path;

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
