// SPDX-License-Identifier: Apache-2.0
#include "dataplane/flow/loop_guard.h"

#include <vector>

#include <doctest/doctest.h>

using namespace rtpengine;

TEST_CASE("a packet that goes round and round is found") {
    flow::LoopGuard guard;
    const std::vector<std::uint8_t> one(172, 1), other(172, 2);
    for (unsigned i = 0; i < flow::LoopGuard::rounds; ++i) {
        CHECK_FALSE(guard.looped(one));
        CHECK_FALSE(guard.looped(other));
    }
    CHECK(guard.looped(one));
    CHECK(guard.looped(other));
}

TEST_CASE("media that goes on is no loop") {
    flow::LoopGuard guard;
    std::vector<std::uint8_t> packet(172, 1);
    bool found = false;
    for (unsigned i = 0; i < 1000; ++i) {
        packet[3] = static_cast<std::uint8_t>(i);
        packet[2] = static_cast<std::uint8_t>(i >> 8);
        for (int copies = 0; copies < 3; ++copies)
            found |= guard.looped(packet);
    }
    CHECK_FALSE(found);
}
