// SPDX-License-Identifier: Apache-2.0
// Packets that are on their way through a rule when it is withdrawn or replaced.
#include <doctest/doctest.h>

#include "offload_call.h"

using namespace rtpengine;
using namespace rtpengine::dataplane;
using namespace rtpengine::test;
using state::Path;

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
