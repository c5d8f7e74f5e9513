// SPDX-License-Identifier: Apache-2.0
#include "dataplane/rtp/extensions.h"

#include <random>
#include <vector>

#include <doctest/doctest.h>

using namespace rtpengine;

namespace {

using Octets = std::vector<std::uint8_t>;

// With one CSRC, and `content` as its block; without one if the profile is 0.
Octets packet(std::uint16_t profile, const Octets& content, const Octets& payload = {0xaa, 0xbb, 0xcc}) {
    Octets made{static_cast<std::uint8_t>(profile ? 0x91 : 0x81), 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9};
    if (profile) {
        const auto words = content.size() / 4;
        for (const auto part : {profile >> 8, profile & 0xff, int(words >> 8), int(words & 0xff)}) made.push_back(static_cast<std::uint8_t>(part));
        made.insert(made.end(), content.begin(), content.end());
    }
    made.insert(made.end(), payload.begin(), payload.end());
    return made;
}

Octets stripped(const Octets& from, std::initializer_list<unsigned> ids, bool all = false) {
    rtp::StrippedExtensions what;
    for (const auto id : ids) what.ids.set(id);
    what.all = all;
    Octets to(from.size());
    to.resize(rtp::strip_extensions(what, from, to));
    return to;
}

constexpr std::uint16_t one_byte = 0xbede, two_byte = 0x1000;

} // namespace

TEST_CASE("one goes, the others stay, padded to whole words") {
    const auto both = packet(one_byte, {0x10, 0xba, 0x52, 1, 2, 3, 0, 0});
    CHECK(stripped(both, {5}) == packet(one_byte, {0x10, 0xba, 0, 0}));
    CHECK(stripped(both, {1}) == packet(one_byte, {0x52, 1, 2, 3}));
    CHECK(stripped(both, {7}) == both);
    const auto wide = packet(two_byte, {1, 0, 200, 2, 8, 9, 0, 0});
    CHECK(stripped(wide, {1}) == packet(two_byte, {200, 2, 8, 9}));
    CHECK(stripped(wide, {200}) == packet(two_byte, {1, 0, 0, 0}));
}

TEST_CASE("a packet that loses all of them has no block, and no mark of one") {
    const auto plain = packet(0, {});
    CHECK(stripped(packet(one_byte, {0x10, 0xba, 0x52, 1, 2, 3, 0, 0}), {1, 5}) == plain);
    CHECK(stripped(packet(one_byte, {0x10, 0xba, 0, 0}), {}, true) == plain);
    CHECK(stripped(packet(0x1234, {1, 2, 3, 4}), {}, true) == plain);
    CHECK(stripped(packet(one_byte, {}), {}, true) == plain);
    CHECK(stripped(plain, {1}, true) == plain);
}

TEST_CASE("what isn't understood stays as it is, unless all goes") {
    for (const auto& odd : {packet(0x1234, {1, 2, 3, 4}), packet(one_byte, {0x1f, 1, 2, 3}), packet(two_byte, {1, 9, 2, 3}), packet(two_byte, {0, 0, 0, 1})}) {
        CHECK(stripped(odd, {1}) == odd);
        CHECK(stripped(odd, {1}, true) == packet(0, {}));
    }
    // RFC 8285 section 4.2: behind the identifier 15 there is nothing.
    CHECK(stripped(packet(one_byte, {0x10, 0xba, 0xf0, 0x20}), {2}) == packet(one_byte, {0x10, 0xba, 0, 0}));
}

TEST_CASE("one is found by its identifier") {
    const auto both = packet(one_byte, {0x10, 0xba, 0x51, 'h', 'i', 0, 0, 0});
    const auto found = rtp::find_extension(both, 5);
    REQUIRE(found);
    CHECK(Octets(found->begin(), found->end()) == Octets{'h', 'i'});
    CHECK_FALSE(rtp::find_extension(both, 2));
    CHECK_FALSE(rtp::find_extension(packet(0, {}), 5));
    CHECK_FALSE(rtp::find_extension(packet(0x1234, {0x51, 1, 2, 3}), 5));
    CHECK_FALSE(rtp::find_extension(packet(one_byte, {0x5f, 1, 2, 3}), 5));
}

TEST_CASE("whatever comes: nothing is written beyond the packet, and what leaves is RTP") {
    std::mt19937 random(7);
    for (unsigned round = 0; round < 20'000; ++round) {
        Octets any(12 + random() % 60);
        for (auto& octet : any) octet = static_cast<std::uint8_t>(random());
        any[0] = static_cast<std::uint8_t>(0x90 | random() % 3);
        const auto size = 12 + 4 * (any[0] & 0x0f);
        if (any.size() >= size + 4u) any[size] = 0xbe, any[size + 1] = 0xde, any[size + 2] = 0, any[size + 3] %= 8;
        if (!rtp::Packet::parse(any)) continue;
        const auto left = stripped(any, {1, 2, 3, 4, 5}, random() % 5 == 0);
        CHECK(left.size() <= any.size());
        CHECK(rtp::Packet::parse(left));
        CHECK_FALSE((rtp::find_extension(left, 3) && left != any));
    }
}
