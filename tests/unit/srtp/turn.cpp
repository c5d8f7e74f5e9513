// SPDX-License-Identifier: Apache-2.0
// Workers that die with packets in their hands.
#include "tests/unit/srtp/packets.h"

using namespace rtpengine;
using namespace rtpengine::srtp;

namespace {

struct World : OneWay {
    Turns turns;
    Source out, in;

    Attempt protect(const Turn& turn, std::uint16_t sequence) {
        return srtp::protect(sender, Half::rtp, out, rtp(1, sequence), turn);
    }
    Attempt unprotect(const Turn& turn, const Datagram& packet) {
        return srtp::unprotect(receiver, Half::rtp, in, packet, turn);
    }
    void renew() { sender = session(parameters), receiver = session(parameters); }
};

} // namespace

TEST_CASE("packets of a turn that nothing left of are done again, and the same comes out") {
    World world;
    auto turn = begin(world.turns);
    const auto first = world.protect(turn, 10);
    turn = settle(world.turns); // the first one leaves
    const auto second = world.protect(turn, 11), third = world.protect(turn, 12);
    REQUIRE(third.fault == Fault::none);

    world.renew(); // it died; its successor has the same packets
    turn = begin(world.turns);
    CHECK(world.protect(turn, 10).fault == Fault::repeated);
    CHECK(world.protect(turn, 11).packet == second.packet);
    CHECK(world.protect(turn, 11).fault == Fault::repeated);
    CHECK(world.protect(turn, 12).packet == third.packet);
    turn = settle(world.turns);
    CHECK(world.protect(turn, 12).fault == Fault::repeated);
    CHECK(world.protect(turn, 13).fault == Fault::none);
}

TEST_CASE("what has left is never protected again, however often workers die") {
    World world;
    auto turn = begin(world.turns);
    for (std::uint16_t sequence = 0; sequence < 300; ++sequence) {
        REQUIRE(world.protect(turn, sequence).fault == Fault::none);
        turn = settle(world.turns);
        for (unsigned deaths = sequence % 4; deaths > 0; --deaths) {
            world.renew();
            turn = begin(world.turns);
            REQUIRE(world.protect(turn, sequence).fault == Fault::repeated);
            if (deaths % 2 == 0) REQUIRE(world.protect(turn, sequence + 1).fault == Fault::none); // and dies before it leaves
        }
    }
}

TEST_CASE("received packets of such a turn are taken once more, those of the turns before are not") {
    World world;
    auto turn = begin(world.turns);
    const auto a = world.protect(turn, 1).packet, b = world.protect(turn, 2).packet, c = world.protect(turn, 3).packet;
    CHECK(world.unprotect(turn, a).fault == Fault::none);
    turn = settle(world.turns);
    CHECK(world.unprotect(turn, b).fault == Fault::none);
    world.renew();
    turn = begin(world.turns);
    CHECK(world.unprotect(turn, c).fault == Fault::none); // that it is undone is found with any packet
    CHECK(world.unprotect(turn, a).fault == Fault::repeated);
    CHECK(world.unprotect(turn, b).fault == Fault::none);
    CHECK(world.unprotect(turn, b).fault == Fault::repeated);
}

TEST_CASE("who dies while it does a turn again leaves it as it was") {
    World world;
    auto turn = begin(world.turns);
    REQUIRE(world.protect(turn, 1).fault == Fault::none);
    turn = settle(world.turns);
    const auto second = world.protect(turn, 2);
    for (int deaths = 0; deaths < 5; ++deaths) {
        world.renew();
        turn = begin(world.turns);
        CHECK(world.protect(turn, 1).fault == Fault::repeated);
        CHECK(world.protect(turn, 2).packet == second.packet);
        if (deaths % 2) CHECK(world.protect(turn, 3).fault == Fault::none);
    }
}

TEST_CASE("what was complete and about to leave is settled by the successor, who sends it") {
    World world;
    auto turn = begin(world.turns);
    const auto made = world.protect(turn, 1);
    REQUIRE(made.fault == Fault::none);
    REQUIRE(world.unprotect(turn, made.packet).fault == Fault::none);
    world.renew();
    turn = settle(world.turns);
    CHECK(world.protect(turn, 1).fault == Fault::repeated);
    CHECK(world.unprotect(turn, made.packet).fault == Fault::repeated);
}

TEST_CASE("RTCP has the same index again") {
    World world;
    auto turn = begin(world.turns);
    protect(world.sender, Half::rtcp, world.out, rtcp(1), turn);
    turn = settle(world.turns);
    const auto second = protect(world.sender, Half::rtcp, world.out, rtcp(1), turn);
    turn = begin(world.turns);
    CHECK(protect(world.sender, Half::rtcp, world.out, rtcp(1), turn).packet == second.packet);
    CHECK(world.out.now[1].next.get() == 2);
}

TEST_CASE("a successor that was killed while it went back goes back again") {
    World world;
    auto turn = begin(world.turns);
    REQUIRE(world.protect(turn, 1).fault == Fault::none);
    turn = settle(world.turns);
    const auto second = world.protect(turn, 2);
    turn = begin(world.turns);
    world.out.now[0].used[0].set(~std::uint64_t{0}); // half of it: the turn's number isn't written yet
    turn = begin(world.turns);
    CHECK(world.protect(turn, 2).packet == second.packet);
}

TEST_CASE("numbers that begin anew undo nothing") {
    World world;
    auto turn = begin(world.turns);
    for (std::uint16_t sequence = 0; sequence < 10; ++sequence) {
        REQUIRE(world.protect(turn, sequence).fault == Fault::none);
        turn = settle(world.turns);
    }
    Turns lost;
    turn = begin(lost);
    CHECK(world.protect(turn, 9).fault == Fault::repeated);
}
