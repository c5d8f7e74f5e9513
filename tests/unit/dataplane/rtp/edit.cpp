// SPDX-License-Identifier: Apache-2.0
#include "dataplane/rtp/edit.h"

#include <vector>

#include <doctest/doctest.h>

using namespace rtpengine;
using rtp::Kind;

namespace {

using Octets = std::vector<std::uint8_t>;

Octets packet(std::uint8_t type, const Octets& payload, bool padded = false) {
    Octets made{static_cast<std::uint8_t>(padded ? 0xa0 : 0x80), type, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3};
    made.insert(made.end(), payload.begin(), payload.end());
    return made;
}

Octets left(const rtp::Edit& edit, Kind kind, const Octets& from) {
    Octets to(from.size());
    to.resize(edit.apply(kind, from, to));
    return to;
}

} // namespace

TEST_CASE("payload types that are dropped don't leave, others do") {
    rtp::Edit edit;
    edit.dropped.set();
    edit.dropped.reset(101);
    CHECK(edit.any());
    CHECK(left(edit, Kind::rtp, packet(0, {1, 2})).empty());
    CHECK(left(edit, Kind::rtp, packet(101, {1, 2})) == packet(101, {1, 2}));
    CHECK(left(edit, Kind::rtp, packet(0x80 | 101, {1, 2})) == packet(0x80 | 101, {1, 2})); // the marker is none of it
    CHECK_FALSE(edit.lets_pass(Kind::rtp, packet(0, {1})));
    CHECK(edit.lets_pass(Kind::rtp, packet(101, {1})));
    CHECK(edit.lets_pass(Kind::rtcp, Octets{0x80, 200, 0, 0}));
}

TEST_CASE("silence is as long as what was said, and padding is none of it") {
    rtp::Edit edit;
    edit.silenced.set(8);
    edit.silence[8] = 0xd5;
    CHECK(left(edit, Kind::rtp, packet(8, {1, 2, 3})) == packet(8, {0xd5, 0xd5, 0xd5}));
    CHECK(left(edit, Kind::rtp, packet(0, {1, 2, 3})) == packet(0, {1, 2, 3}));
    CHECK(left(edit, Kind::rtp, packet(8, {1, 2, 0, 2}, true)) == packet(8, {0xd5, 0xd5, 0, 2}, true));
    CHECK(left(edit, Kind::rtp, packet(8, {1, 9}, true)) == packet(8, {0xd5, 0xd5}, true)); // more padding than there is: all is covered
    CHECK(left(edit, Kind::rtp, packet(8, {})) == packet(8, {}));
    CHECK_FALSE(edit.lets_pass(Kind::rtp, packet(8, {1})));
}

TEST_CASE("RTCP loses feedback, and doesn't leave if there was nothing else") {
    rtp::Edit edit;
    edit.no_feedback = true;
    const Octets report{0x80, 201, 0, 1, 1, 2, 3, 4}, bye{0x80, 203, 0, 0};
    const Octets pli{0x81, 206, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8}, nack{0x81, 205, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8};
    Octets all, rest;
    for (const auto& part : {report, nack, bye, pli}) all.insert(all.end(), part.begin(), part.end());
    for (const auto& part : {report, bye}) rest.insert(rest.end(), part.begin(), part.end());
    CHECK(left(edit, Kind::rtcp, all) == rest);
    CHECK(left(edit, Kind::rtcp, pli).empty());
    CHECK(left(rtp::Edit{}, Kind::rtcp, all) == all);
    CHECK(left(edit, Kind::rtp, packet(0, {1})) == packet(0, {1}));
}
