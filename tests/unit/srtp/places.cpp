// SPDX-License-Identifier: Apache-2.0
#include "dataplane/srtp/places.h"

#include "tests/unit/srtp/packets.h"

using namespace rtpengine;
using namespace rtpengine::srtp;

namespace {

struct World : OneWay {
    std::array<Source, 3> sent{}, received{};
    Places out{sent}, in{received};

    Attempt protect(const Datagram& packet, const Turn& turn = {}) {
        Datagram room(packet.size() + sender.overhead(Half::rtp));
        const auto outcome = out.protect(sender, Half::rtp, turn, packet, room);
        return attempt(outcome, std::move(room));
    }
    Attempt unprotect(const Datagram& packet) {
        Datagram room(packet.size());
        const auto outcome = in.unprotect(receiver, Half::rtp, {}, packet, room);
        return attempt(outcome, std::move(room));
    }
};

} // namespace

TEST_CASE("each SSRC has a place of its own, and its own indices") {
    World world;
    for (const std::uint32_t ssrc : {0u, 7u, 0xffffffffu})
        for (const std::uint16_t sequence : {5, 6}) {
            const auto made = world.protect(rtp(ssrc, sequence));
            REQUIRE(made.fault == Fault::none);
            CHECK(world.unprotect(made.packet).packet == rtp(ssrc, sequence));
            CHECK(world.unprotect(made.packet).fault == Fault::repeated);
            CHECK(world.protect(rtp(ssrc, sequence)).fault == Fault::repeated);
        }
    CHECK(world.out.find(7)->now[0].next.get() == 7);
    CHECK(world.out.find(8) == nullptr);
}

TEST_CASE("where there is no place, none is taken from anybody") {
    World world;
    for (const std::uint32_t ssrc : {1u, 2u, 3u}) CHECK(world.unprotect(world.protect(rtp(ssrc, 1)).packet).fault == Fault::none);
    CHECK(world.protect(rtp(4, 1)).fault == Fault::no_place);
    std::array<Source, 1> other{};
    Datagram packet(100);
    const auto outcome = Places(other).protect(world.sender, Half::rtp, {}, rtp(4, 1), packet);
    packet.resize(outcome.size);
    CHECK(world.unprotect(packet).fault == Fault::no_place);
    CHECK(world.unprotect(world.protect(rtp(2, 2)).packet).fault == Fault::none);
}

TEST_CASE("packets that aren't genuine take no place") {
    World world;
    for (std::uint32_t ssrc = 1; ssrc < 100; ++ssrc) {
        auto packet = rtp(ssrc, 1, Datagram(40, 9));
        CHECK(world.unprotect(packet).fault == Fault::forged);
    }
    for (const auto& place : world.received) CHECK(equal(place, Source{}));
}

TEST_CASE("what somebody left in a place before it was taken doesn't count") {
    World world;
    use(world.sent[0].now[0], 5); // killed before the SSRC was written
    CHECK(world.protect(rtp(1, 5)).fault == Fault::none);
    CHECK(world.out.find(1) == &world.sent[0]);
    CHECK_FALSE(was_used(world.sent[0].now[0], 4));
}

TEST_CASE("a place that was taken in a turn that is undone begins anew") {
    World world;
    Turns turns;
    auto turn = begin(turns);
    const auto first = world.protect(rtp(1, 5), turn);
    turn = begin(turns);
    CHECK(world.protect(rtp(1, 5), turn).packet == first.packet);
    CHECK(world.protect(rtp(1, 5), turn).fault == Fault::repeated);
}
