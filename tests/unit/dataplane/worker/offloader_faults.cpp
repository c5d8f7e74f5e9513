// SPDX-License-Identifier: Apache-2.0
// Rules that are not reached, refused, gone from the table, or nobody's; and the table itself.
#include <cerrno>

#include <doctest/doctest.h>

#include "offload_call.h"

using namespace rtpengine;
using namespace rtpengine::dataplane;
using namespace rtpengine::test;
using state::Path;

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
