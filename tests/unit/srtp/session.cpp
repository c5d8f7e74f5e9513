// SPDX-License-Identifier: Apache-2.0
#include "dataplane/srtp/session.h"

#include <cstring>

#include "tests/unit/srtp/packets.h"

using namespace rtpengine;
using namespace rtpengine::srtp;

namespace {

constexpr Half halves[] = {Half::rtp, Half::rtcp};

Datagram plain(Half half, std::uint16_t number, std::size_t payload) {
    return half == Half::rtp ? rtp(0x01020304, number, Datagram(payload, 0x55)) : rtcp(0x01020304, Datagram(payload, 0x66));
}

bool has_tag(const Parameters& parameters, Half half) {
    return half == Half::rtcp || !parameters.session.unauthenticated_srtp;
}

bool is_encrypted(const Parameters& parameters, Half half) {
    return parameters.suite->cipher != Cipher::null &&
           !(half == Half::rtp ? parameters.session.unencrypted_srtp : parameters.session.unencrypted_srtcp);
}

struct Pair {
    explicit Pair(const Parameters& parameters) : sender(session(parameters)), receiver(session(parameters)) {}
    Session sender, receiver;
    Source out, in;
};

} // namespace

TEST_CASE("what is protected is as long as its suite says, encrypted or not, and comes out again") {
    std::mt19937 random(1);
    each_parameters(random, [&](const Parameters& parameters) {
        Pair pair(parameters);
        for (const auto half : halves)
            for (const std::size_t size : {0, 1, 15, 16, 17, 160, 1188, 65000}) {
                const auto packet = plain(half, static_cast<std::uint16_t>(size), size);
                const auto made = protect(pair.sender, half, pair.out, packet);
                REQUIRE(made.fault == Fault::none);
                const std::size_t header = half == Half::rtp ? 12 : 8;
                CHECK(std::memcmp(made.packet.data(), packet.data(), header) == 0);
                const auto tag = !has_tag(parameters, half) ? 0u : half == Half::rtp ? parameters.suite->rtp_tag : parameters.suite->rtcp_tag;
                CHECK(made.packet.size() == packet.size() + tag + parameters.master.mki.size() + (half == Half::rtcp ? 4 : 0));
                if (size >= 15)
                    CHECK((std::memcmp(made.packet.data() + header, packet.data() + header, size) != 0) == is_encrypted(parameters, half));
                const auto opened = unprotect(pair.receiver, half, pair.in, made.packet);
                CHECK(opened.fault == Fault::none);
                CHECK(opened.packet == packet);
            }
    });
}

TEST_CASE("in place and from one place into another, the same comes out") {
    std::mt19937 random(2);
    each_parameters(random, [&](const Parameters& parameters) {
        Pair apart(parameters), in_place(parameters);
        for (const auto half : halves)
            for (std::uint16_t number = 0; number < 3; ++number) {
                const auto packet = plain(half, number, 50u + number);
                const auto made = protect(apart.sender, half, apart.out, packet);
                auto room = packet;
                room.resize(packet.size() + in_place.sender.overhead(half));
                const auto outcome = in_place.sender.protect(half, in_place.out, {}, std::span(room).first(packet.size()), room);
                REQUIRE(outcome);
                CHECK(outcome.size == room.size());
                CHECK(room == made.packet);
                const auto opened = in_place.receiver.unprotect(half, in_place.in, {}, room, room);
                REQUIRE(opened);
                room.resize(opened.size);
                CHECK(room == packet);
            }
    });
}

TEST_CASE("a header with CSRCs and extension stays readable and is authenticated") {
    std::mt19937 random(3);
    for (const auto& suite : suites) {
        Pair pair(random_parameters(random, suite));
        auto packet = rtp(9, 1, {0xaa, 0xbb, 0xcc, 0xdd, 0xbe, 0xde, 0x00, 0x01, 1, 2, 3, 4, 'p', 'a', 'y', 'l', 'o', 'a', 'd'});
        packet[0] |= 0x11;
        auto made = protect(pair.sender, Half::rtp, pair.out, packet);
        REQUIRE(made.fault == Fault::none);
        CHECK(std::memcmp(made.packet.data(), packet.data(), 24) == 0);
        CHECK((std::memcmp(made.packet.data() + 24, packet.data() + 24, 7) != 0) == (suite.cipher != Cipher::null));
        auto other = made.packet;
        other[21] ^= 1;
        CHECK(unprotect(pair.receiver, Half::rtp, pair.in, other).fault == Fault::forged);
        CHECK(unprotect(pair.receiver, Half::rtp, pair.in, made.packet).packet == packet);
    }
}

TEST_CASE("packets that were cut off, or whose header says too much, are errors; nothing changes") {
    std::mt19937 random(4);
    each_parameters(random, [&](const Parameters& parameters) {
        Pair pair(parameters);
        for (const auto half : halves) {
            const auto packet = plain(half, 1, 20);
            for (std::size_t size = 0; size < (half == Half::rtp ? 12 : 8); ++size)
                CHECK(protect(pair.sender, half, pair.out, Datagram(packet.begin(), packet.begin() + static_cast<long>(size))).fault ==
                      Fault::malformed);
            CHECK(equal(pair.out, Source{}));
            const auto made = protect(pair.sender, half, pair.out, packet).packet;
            for (std::size_t size = 0; size < made.size(); ++size) {
                const auto fault =
                    unprotect(pair.receiver, half, pair.in, Datagram(made.begin(), made.begin() + static_cast<long>(size))).fault;
                if (has_tag(parameters, half)) REQUIRE((fault == Fault::malformed || fault == Fault::forged));
                if (size < pair.receiver.overhead(half) + (half == Half::rtp ? 12 : 8)) REQUIRE(fault == Fault::malformed);
            }
            if (has_tag(parameters, half)) CHECK(equal(pair.in, Source{}));
            reset(pair.out), reset(pair.in);
        }
    });
    Pair pair(random_parameters(random, suites[0]));
    auto many = rtp(1, 1, Datagram(59));
    many[0] = 0x8f; // 60 bytes of CSRCs
    CHECK(protect(pair.sender, Half::rtp, pair.out, many).fault == Fault::malformed);
    auto extended = rtp(1, 1, {0xbe, 0xde, 0xff, 0xff, 1, 2, 3, 4});
    extended[0] = 0x90;
    CHECK(protect(pair.sender, Half::rtp, pair.out, extended).fault == Fault::malformed);
    extended.resize(100);
    CHECK(unprotect(pair.receiver, Half::rtp, pair.in, extended).fault == Fault::malformed);
    auto old = rtp(1, 1);
    old[0] = 0x40;
    CHECK(protect(pair.sender, Half::rtp, pair.out, old).fault == Fault::malformed);
    old = rtcp(1);
    old[0] = 0xc0;
    CHECK(protect(pair.sender, Half::rtcp, pair.out, old).fault == Fault::malformed);
}

TEST_CASE("a changed bit anywhere is noticed, and leaves the packet and what is known as they were") {
    std::mt19937 random(5);
    each_parameters(random, [&](const Parameters& parameters) {
        Pair pair(parameters);
        for (const auto half : halves) {
            if (!has_tag(parameters, half)) continue;
            const auto first = protect(pair.sender, half, pair.out, plain(half, 1, 30)).packet;
            REQUIRE(unprotect(pair.receiver, half, pair.in, first).fault == Fault::none);
            const auto made = protect(pair.sender, half, pair.out, plain(half, 2, 30)).packet;
            for (std::size_t i = 0; i < made.size(); ++i) {
                auto changed = made;
                changed[i] ^= static_cast<std::uint8_t>(1 << random() % 8);
                Source before;
                std::memcpy(static_cast<void*>(&before), &pair.in, sizeof before);
                const auto kept = changed;
                const auto outcome = pair.receiver.unprotect(half, pair.in, {}, changed, changed); // in place
                REQUIRE_FALSE(outcome);
                REQUIRE(changed == kept);
                REQUIRE(equal(pair.in, before));
                Datagram room(made.size(), 0xee);
                REQUIRE_FALSE(pair.receiver.unprotect(half, pair.in, {}, changed, room));
                for (std::size_t at = 30; at-- > 12;) REQUIRE(room[at] != 0x55); // nothing of the text
            }
            CHECK(unprotect(pair.receiver, half, pair.in, made).fault == Fault::none);
        }
    });
}

TEST_CASE("a packet is taken once, and an index used once") {
    std::mt19937 random(6);
    each_parameters(random, [&](const Parameters& parameters) {
        Pair pair(parameters);
        const auto a = protect(pair.sender, Half::rtp, pair.out, rtp(1, 1000)), b = protect(pair.sender, Half::rtp, pair.out, rtp(1, 1001));
        CHECK(protect(pair.sender, Half::rtp, pair.out, rtp(1, 1000, {9, 9})).fault == Fault::repeated);
        CHECK(protect(pair.sender, Half::rtp, pair.out, rtp(1, 1001 - 128)).fault == Fault::repeated); // too old to say
        CHECK(protect(pair.sender, Half::rtp, pair.out, rtp(1, 1002 - 128)).fault == Fault::none);
        CHECK(unprotect(pair.receiver, Half::rtp, pair.in, b.packet).fault == Fault::none);
        CHECK(unprotect(pair.receiver, Half::rtp, pair.in, a.packet).fault == Fault::none); // late
        const auto again = parameters.session.unauthenticated_srtp ? Fault::none : Fault::repeated;
        CHECK(unprotect(pair.receiver, Half::rtp, pair.in, a.packet).fault == again);
        const auto report = protect(pair.sender, Half::rtcp, pair.out, rtcp(1));
        CHECK(unprotect(pair.receiver, Half::rtcp, pair.in, report.packet).fault == Fault::none);
        CHECK(unprotect(pair.receiver, Half::rtcp, pair.in, report.packet).fault == Fault::repeated);
        CHECK(protect(pair.sender, Half::rtcp, pair.out, rtcp(1)).packet != report.packet);
    });
}

TEST_CASE("with no room nothing is used up") {
    std::mt19937 random(7);
    for (const auto& suite : suites) {
        Pair pair(random_parameters(random, suite, 4));
        for (const auto half : halves) {
            const auto packet = plain(half, 1, 20);
            const auto size = packet.size() + pair.sender.overhead(half);
            Datagram room(size - 1, 0xee);
            CHECK(pair.sender.protect(half, pair.out, {}, packet, room).fault == Fault::no_room);
            CHECK(room == Datagram(size - 1, 0xee));
            CHECK(equal(pair.out, Source{}));
            const auto made = protect(pair.sender, half, pair.out, packet).packet;
            room.resize(packet.size() - 1);
            CHECK(pair.receiver.unprotect(half, pair.in, {}, made, room).fault == Fault::no_room);
            CHECK(equal(pair.in, Source{}));
            room.resize(packet.size());
            CHECK(pair.receiver.unprotect(half, pair.in, {}, made, room).size == packet.size());
            reset(pair.out), reset(pair.in);
        }
    }
}

TEST_CASE("the last index of a key is the last one") {
    std::mt19937 random(8);
    for (const auto& suite : suites) {
        Pair pair(random_parameters(random, suite));
        for (auto* source : {&pair.out, &pair.in}) {
            source->now[0].next.set(last_rtp_index);
            source->now[1].next.set(last_rtcp_index);
        }
        const auto rtp_made = protect(pair.sender, Half::rtp, pair.out, rtp(1, 0xffff));
        const auto rtcp_made = protect(pair.sender, Half::rtcp, pair.out, rtcp(1));
        CHECK(unprotect(pair.receiver, Half::rtp, pair.in, rtp_made.packet).packet == rtp(1, 0xffff));
        CHECK(unprotect(pair.receiver, Half::rtcp, pair.in, rtcp_made.packet).packet == rtcp(1));
        CHECK(protect(pair.sender, Half::rtp, pair.out, rtp(1, 0)).fault == Fault::used_up);
        CHECK(protect(pair.sender, Half::rtcp, pair.out, rtcp(1)).fault == Fault::used_up);
        CHECK(unprotect(pair.receiver, Half::rtp, pair.in, rtp(1, 0, Datagram(30))).fault == Fault::used_up);
    }
}

TEST_CASE("packets under another key, MKI or roll-over counter are not genuine") {
    std::mt19937 random(9);
    for (const auto& suite : suites) {
        const auto parameters = random_parameters(random, suite, 2);
        Pair pair(parameters);
        const auto made = protect(pair.sender, Half::rtp, pair.out, rtp(1, 1)).packet;
        auto other = session(random_parameters(random, suite, 2));
        CHECK(unprotect(other, Half::rtp, pair.in, made).fault == Fault::forged);
        auto named = parameters;
        CHECK(named.master.mki.assign(hex("0000")));
        auto with_name = session(named);
        CHECK(unprotect(with_name, Half::rtp, pair.in, made).fault == Fault::forged);
        const auto* mki = pair.receiver.mki_of(Half::rtp, made);
        REQUIRE(mki);
        CHECK(std::memcmp(mki, parameters.master.mki.data(), 2) == 0);
        CHECK(pair.receiver.mki_of(Half::rtp, std::span(made).first(pair.receiver.overhead(Half::rtp) - 1)) == nullptr);
        pair.in.now[0].next.set(0x20000);
        CHECK(unprotect(pair.receiver, Half::rtp, pair.in, made).fault == Fault::forged);
    }
}

// RFC 3711 section 3.4: the bit says it, and it is authenticated.
TEST_CASE("RTCP that isn't encrypted is taken from who may encrypt it, and the other way round") {
    std::mt19937 random(10);
    for (const auto& suite : suites) {
        auto parameters = random_parameters(random, suite);
        auto encrypting = session(parameters);
        parameters.session.unencrypted_srtcp = true;
        auto plainly = session(parameters);
        Source out, in;
        auto made = protect(plainly, Half::rtcp, out, rtcp(1, Datagram(20, 7)));
        CHECK(std::memcmp(made.packet.data(), rtcp(1, Datagram(20, 7)).data(), 28) == 0);
        CHECK(unprotect(encrypting, Half::rtcp, in, made.packet).packet == rtcp(1, Datagram(20, 7)));
        made = protect(encrypting, Half::rtcp, out, rtcp(1, Datagram(20, 8)));
        CHECK(unprotect(plainly, Half::rtcp, in, made.packet).packet == rtcp(1, Datagram(20, 8)));
    }
}

TEST_CASE("of several keys a packet names its own, and the indices go on from one to the next") {
    std::mt19937 random(11);
    for (const auto& suite : suites) {
        std::vector<Session> senders, receivers;
        for (int i = 0; i < 3; ++i) {
            const auto parameters = random_parameters(random, suite, 2);
            senders.push_back(session(parameters));
            receivers.push_back(session(parameters));
        }
        Source out, in;
        for (std::uint16_t sequence = 0; sequence < 9; ++sequence)
            for (const auto half : halves) {
                const auto packet = plain(half, sequence, 20);
                const auto made = protect(senders[sequence % 3], half, out, packet).packet;
                auto* receiver = session_of(receivers, half, made);
                REQUIRE(receiver == &receivers[sequence % 3]);
                CHECK(unprotect(*receiver, half, in, made).packet == packet);
            }
        CHECK(session_of(receivers, Half::rtp, rtp(1, 1, Datagram(40))) == nullptr);
        CHECK(session_of(receivers, Half::rtp, Datagram(3)) == nullptr);
        CHECK(session_of(std::span(receivers).first(1), Half::rtp, Datagram(3)) == receivers.data());
        CHECK(session_of({}, Half::rtp, Datagram(3)) == nullptr);
    }
}
