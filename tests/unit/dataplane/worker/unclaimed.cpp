// SPDX-License-Identifier: Apache-2.0
// What a sync doesn't claim is closed in pieces, and what is claimed meanwhile stays.
#include <set>

#include "offload_world.h"

using namespace rtpengine;
using namespace rtpengine::test;

namespace {

struct Fixture : World {
    Fixture() {
        sync({});
        for (std::uint32_t slot = 0; slot < slots; ++slot) set({of(slot)});
    }
    static dataplane::StreamSpec of(std::uint32_t slot) { return spec(slot + 1, slot, "198.51.100.1:4000"); }
    std::set<std::uint32_t> living() {
        std::set<std::uint32_t> all;
        for (std::uint32_t slot = 0; slot < slots; ++slot)
            if (record(slot).id.get()) all.insert(slot);
        return all;
    }
    void begin_sync() {
        offloader().take_over();
        streams().begin_sync();
    }
    // All pieces from this one on; the number of them, and the most that one has closed.
    struct Pieces {
        unsigned number = 0;
        std::size_t most = 0;
    };
    Pieces close_all(std::uint32_t from) {
        Pieces pieces;
        do {
            const auto before = living().size();
            from = streams().close_unclaimed(from);
            ++pieces.number;
            pieces.most = std::max(pieces.most, before - living().size());
        } while (from);
        return pieces;
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "what control doesn't know any more is closed in pieces, by the same process or its successor") {
    for (const bool successor : {false, true}) {
        CAPTURE(successor);
        if (successor) kill(), start();
        begin_sync();
        set({of(3), of(12)});
        const auto pieces = close_all(0);
        CHECK(living() == std::set<std::uint32_t>{3, 12});
        if (!successor) CHECK(pieces.number > 1);
        CHECK(pieces.most <= slots / 2);
        CHECK(header().open.get() == 2);
        for (std::uint32_t slot = 0; slot < slots; ++slot) set({of(slot)}); // and may be opened again
        CHECK(living().size() == slots);
    }
}

TEST_CASE_FIXTURE(Fixture, "what is set between two pieces stays, under whichever id") {
    begin_sync();
    const auto next = streams().close_unclaimed(0);
    REQUIRE(next > 0);
    REQUIRE(next < 14);
    set({of(0), of(14), spec(99, 15, "198.51.100.1:4000")});
    close_all(next);
    CHECK(living() == std::set<std::uint32_t>{0, 14, 15});
    CHECK(record(15).id.get() == 99);
}
