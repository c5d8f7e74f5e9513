// SPDX-License-Identifier: Apache-2.0
// A worker is killed, at any point, and its successor goes on with what the kernel has.
#include <doctest/doctest.h>

#include "offload_call.h"

using namespace rtpengine;
using namespace rtpengine::dataplane;
using namespace rtpengine::test;
using state::Path;

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
