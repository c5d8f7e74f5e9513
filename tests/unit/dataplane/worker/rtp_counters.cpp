// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/rtp_counters.h"

#include <memory>

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::dataplane;

namespace {

struct Counting {
    void packet(std::uint32_t ssrc, std::uint16_t sequence, std::uint8_t type = 0) {
        counters.count(*record, {type, false, false, sequence, sequence * 160u, ssrc, 12}, 172);
    }
    std::unique_ptr<state::Block> block = std::make_unique<state::Block>();
    state::StreamRecord* record = &block->records[0];
    RtpCounters counters;
};

} // namespace

TEST_CASE("packets are counted by SSRC") {
    Counting c;
    for (std::uint16_t i = 0; i < 3; ++i) {
        c.packet(0xa, i);
        c.packet(0, static_cast<std::uint16_t>(10 + 2 * i)); // 0 is an SSRC like any other
    }
    const auto& a = c.record->ssrcs[0];
    CHECK(a.ssrc.get() == 0xa);
    CHECK(a.packets.get() == 3);
    CHECK(a.bytes.get() == 516);
    CHECK(a.extended_seq.get() == 2);
    CHECK(a.last_timestamp.get() == 320);
    CHECK(a.lost.get() == 0);
    const auto& b = c.record->ssrcs[1];
    CHECK(b.ssrc.get() == 0);
    CHECK(b.packets.get() == 3);
    CHECK(b.lost.get() == 2);
    CHECK(c.record->ssrcs[2].packets.get() == 0);
}

TEST_CASE("the oldest SSRC makes room for a fifth") {
    Counting c;
    for (std::uint32_t ssrc = 1; ssrc <= 6; ++ssrc)
        c.packet(ssrc, 1);
    CHECK(c.record->ssrcs[0].ssrc.get() == 5);
    CHECK(c.record->ssrcs[1].ssrc.get() == 6);
    CHECK(c.record->ssrcs[2].ssrc.get() == 3);
    c.packet(3, 2);
    CHECK(c.record->ssrcs[2].packets.get() == 2);
    CHECK(c.record->ssrcs[0].packets.get() == 1);
}

TEST_CASE("payload types are counted, the rarest makes room") {
    Counting c;
    for (std::uint8_t type = 0; type < 6; ++type)
        for (unsigned i = 0; i < 10u - type; ++i)
            c.packet(1, static_cast<std::uint16_t>(i), type);
    c.packet(1, 1, 127);
    CHECK(c.record->payload_types[0].type_plus_one.get() == 1);
    CHECK(c.record->payload_types[0].packets.get() == 10);
    CHECK(c.record->payload_types[5].type_plus_one.get() == 128);
    CHECK(c.record->payload_types[5].packets.get() == 1);
}

TEST_CASE("a successor goes on counting") {
    Counting c;
    c.packet(7, 65535);
    c.counters = {};
    c.packet(7, 0);
    CHECK(c.record->ssrcs[0].packets.get() == 2);
    CHECK(c.record->ssrcs[0].extended_seq.get() == 65536);
    CHECK(c.record->ssrcs[1].packets.get() == 0);
}
