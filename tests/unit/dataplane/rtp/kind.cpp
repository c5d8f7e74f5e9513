// SPDX-License-Identifier: Apache-2.0
#include "dataplane/rtp/kind.h"

#include <vector>

#include <doctest/doctest.h>

using namespace rtpengine;
using Datagram = std::vector<std::uint8_t>;

namespace {

Datagram with(std::size_t size, Datagram begin) {
    begin.resize(size);
    return begin;
}

} // namespace

TEST_CASE("datagrams are told apart by their first bytes") {
    struct Row {
        const char* what;
        Datagram datagram;
        rtp::Kind kind;
    };
    const Row rows[] = {
        {"nothing", {}, rtp::Kind::other},
        {"one byte", {0x80}, rtp::Kind::other},
        {"RTP", with(172, {0x80, 0}), rtp::Kind::rtp},
        {"RTP, header only", with(12, {0x80, 0x80}), rtp::Kind::rtp},
        {"RTP, a byte short", with(11, {0x80, 0}), rtp::Kind::other},
        {"RTP, version 1", with(172, {0x40, 0}), rtp::Kind::other},
        {"RTP, more CSRCs than bytes", with(71, {0x8f, 0}), rtp::Kind::other},
        {"RTP, 15 CSRCs", with(72, {0x8f, 0}), rtp::Kind::rtp},
        {"RTP, extension cut off", with(15, {0x90, 0}), rtp::Kind::other},
        {"RTP, empty extension", with(16, {0x90, 0}), rtp::Kind::rtp},
        {"RTP, extension over the end", with(16, {0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xbe, 0xde, 0, 1}),
         rtp::Kind::other},
        {"payload type 72 with marker is RTCP 200", with(8, {0x80, 200, 0, 1}), rtp::Kind::rtcp},
        {"payload type 72 without marker", with(12, {0x80, 72}), rtp::Kind::rtp},
        {"first RTCP type", with(4, {0x80, 192, 0, 0}), rtp::Kind::rtcp},
        {"last RTCP type", with(4, {0x80, 223, 0, 0}), rtp::Kind::rtcp},
        {"payload type 96 with marker", with(12, {0x80, 224}), rtp::Kind::rtp},
        {"RTCP longer than the datagram", with(8, {0x81, 201, 0, 7}), rtp::Kind::other},
        {"STUN", with(20, {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}), rtp::Kind::stun},
        {"STUN, a byte short", with(19, {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}), rtp::Kind::other},
        {"STUN without cookie", with(20, {0, 1}), rtp::Kind::other},
        {"ZRTP", with(28, {0x10, 0, 0, 1, 'Z', 'R', 'T', 'P'}), rtp::Kind::zrtp},
        {"ZRTP without cookie", with(28, {0x10, 0}), rtp::Kind::other},
        {"DTLS handshake", with(13, {22, 0xfe, 0xfd}), rtp::Kind::dtls},
        {"DTLS, a byte short", with(12, {22, 0xfe, 0xfd}), rtp::Kind::other},
        {"TURN channel", with(20, {0x40, 0}), rtp::Kind::other},
        {"text", {'k', 'e', 'e', 'p', '-', 'a', 'l', 'i', 'v', 'e'}, rtp::Kind::other},
    };
    for (const auto& row : rows) {
        CAPTURE(row.what);
        CHECK(rtp::classify(row.datagram) == row.kind);
    }
}
