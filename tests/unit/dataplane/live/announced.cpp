// SPDX-License-Identifier: Apache-2.0
// Packets that come between an answer and the rules that make it true.
#include <doctest/doctest.h>

#include "pair.h"

using namespace rtpengine;
using namespace rtpengine::live;

namespace {

// From `a` to `b`, whose ports are on workers of their own.
struct Call : Pair {
    const Peer c{"127.0.1.3:5004"};

    Call() : Pair(2) {}
    void answer(std::uint32_t edition) {
        join();
        for_a.set_edition(edition);
        for_b.set_edition(edition);
    }
};

} // namespace

TEST_CASE_FIXTURE(Call, "they wait for the first rule of their port, and leave in their order") {
    for_a.set_dark(true);
    control.update(0, {for_a});
    control.update(1, {for_b});
    CHECK(control.header(0).open.get() == 0); // nobody's
    control.announce(0, 0, 1);
    send(4, 20);
    for_a.set_dark(false);
    answer(1);
    control.announce(1, 1, 1);
    control.update(1, {for_b});
    CHECK(b.nothing_came());
    control.update(0, {for_a});
    send(21, 22);
    expect(b, 4, 22);
    CHECK(control.record(0, 0).in.packets.get() == 19);
}

TEST_CASE_FIXTURE(Call, "they wait for the rule of the port that they leave by, at another worker") {
    answer(1);
    control.announce(0, 0, 1);
    control.announce(1, 1, 1);
    tell();
    send(1, 1);
    expect(b, 1, 1);
    control.announce(1, 1, 2); // b has moved
    send(2, 9);
    *for_b.mutable_signalled() = endpoint("127.0.1.3:5004");
    for_b.set_signalled_epoch(7);
    for_b.set_edition(2);
    control.update(1, {for_b});
    send(10, 10);
    expect(c, 2, 10);
    CHECK(b.nothing_came());
}

TEST_CASE_FIXTURE(Call, "they don't wait for ever: what was announced may never come") {
    answer(1);
    control.announce(0, 0, 2);
    control.announce(1, 1, 1);
    tell();
    send(1, 5);
    expect(b, 1, 5);
}
