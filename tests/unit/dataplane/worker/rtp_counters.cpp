// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/rtp_counters.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::dataplane;

namespace {

struct Counting {
    Counting() {
        REQUIRE(writer.reserve<state::StreamRecord>(1));
        record = writer.make(0, 5);
        REQUIRE(writer.reserve<state::SourceRecord>(100));
        REQUIRE(writer.reserve<state::TypesRecord>(100));
    }
    void packet(std::uint32_t ssrc, std::uint16_t sequence, std::uint8_t type = 0) {
        record->last_packet_us.set(now_us);
        counters.count(writer, *record, {type, false, false, sequence, sequence * 160u, ssrc, 12}, 172);
        ++packets;
    }
    // nullptr: it has no place.
    const state::SourceRecord* source(std::uint32_t ssrc) const {
        const state::SourceRecord* found = nullptr;
        state::each_source(*record, [&](const auto& each) {
            if (each.ssrc.get() == ssrc) found = &each;
        });
        return found;
    }
    // Of all SSRCs and payload types, with those that have no place.
    std::uint64_t by_source() const {
        auto sum = record->others.packets.get();
        state::each_source(*record, [&](const auto& each) { sum += each.packets.get(); });
        return sum;
    }
    std::uint64_t by_type() const {
        auto sum = record->others.type_packets.get();
        state::each_type(*record, [&](const auto& each) { sum += each.packets.get(); });
        return sum;
    }
    state::Writer writer = *state::Writer::open(*state::Map::create(1));
    state::StreamRecord* record = nullptr;
    std::uint64_t now_us = 1'000'000'000, packets = 0;
    RtpCounters counters;
};

} // namespace

TEST_CASE("packets are counted by SSRC") {
    Counting c;
    for (std::uint16_t i = 0; i < 3; ++i) {
        c.packet(0xa, i);
        c.packet(0, static_cast<std::uint16_t>(10 + 2 * i)); // 0 is an SSRC like any other
    }
    const auto& a = *c.source(0xa);
    CHECK(a.packets.get() == 3);
    CHECK(a.bytes.get() == 516);
    CHECK(a.extended_seq.get() == 2);
    CHECK(a.last_timestamp.get() == 320);
    CHECK(a.lost.get() == 0);
    const auto& b = *c.source(0);
    CHECK(b.packets.get() == 3);
    CHECK(b.lost.get() == 2);
    CHECK(c.by_source() == 6);
}

TEST_CASE("a known SSRC keeps its place, however many others come") {
    Counting c;
    for (std::uint32_t i = 0; i < 5000; ++i) {
        c.packet(7, static_cast<std::uint16_t>(i));
        c.packet(1000 + i, 1);
        c.now_us += 20'000;
    }
    CHECK(c.source(7)->packets.get() == 5000);
    CHECK(c.source(7)->lost.get() == 0);
    CHECK(c.by_source() == c.packets);
    CHECK(c.record->others.bytes.get() == 172 * c.record->others.packets.get());
    unsigned places = 0;
    state::each_source(*c.record, [&](const auto&) { ++places; });
    CHECK(places == state::max_sources);
}

TEST_CASE("only who has been silent for long makes room, and its figures stay") {
    Counting c;
    for (std::uint32_t ssrc = 1; ssrc <= state::max_sources; ++ssrc)
        c.packet(ssrc, 1), c.packet(ssrc, 3);
    c.packet(99, 1);
    CHECK_FALSE(c.source(99));
    CHECK(c.record->others.packets.get() == 1);
    c.now_us += RtpCounters::silent_us + 1;
    c.packet(1, 4);
    c.packet(99, 2);
    REQUIRE(c.source(99));
    CHECK(c.source(1));
    CHECK_FALSE(c.source(2));
    CHECK(c.record->others.packets.get() == 3);
    CHECK(c.record->others.lost.get() == 1);
    CHECK(c.by_source() == c.packets);
}

TEST_CASE("all payload types have their places") {
    Counting c;
    for (unsigned round = 0; round < 3; ++round)
        for (unsigned type = 0; type < 128; ++type)
            c.packet(1, static_cast<std::uint16_t>(c.packets), static_cast<std::uint8_t>(type));
    unsigned places = 0;
    state::each_type(*c.record, [&](const auto& type) {
        ++places;
        CHECK(type.packets.get() == 3);
    });
    CHECK(places == 128);
    CHECK(c.record->others.type_packets.get() == 0);
}

TEST_CASE("without memory in reserve, what is new is counted together") {
    Counting c;
    while (c.writer.take<state::SourceRecord>(1)) {}
    while (c.writer.take<state::TypesRecord>(1)) {}
    for (unsigned i = 0; i < 20; ++i)
        c.packet(i, 1, static_cast<std::uint8_t>(i));
    CHECK(c.by_source() == 20);
    CHECK(c.by_type() == 20);
    CHECK(c.source(0)->packets.get() == 1);
    CHECK(c.record->others.packets.get() == 19);
    CHECK(c.record->others.type_packets.get() == 20 - state::TypesRecord::size);
    c.packet(0, 2, 0); // who has a place keeps it
    CHECK(c.source(0)->packets.get() == 2);
}

TEST_CASE("a successor goes on counting") {
    Counting c;
    c.packet(7, 65535);
    c.counters = {};
    c.packet(7, 0);
    CHECK(c.record->source_list.packets.get() == 2);
    CHECK(c.record->source_list.extended_seq.get() == 65536);
    CHECK(c.by_source() == 2);
}
