// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/sinks.h"

#include <random>

#include <doctest/doctest.h>

#include "common/state/totals.h"

using namespace rtpengine;
using namespace rtpengine::dataplane;

namespace {

struct Sinks {
    Sinks() {
        REQUIRE(writer.reserve<state::StreamRecord>(1));
        record = writer.make(0, 5);
    }
    std::vector<SinkTotals> set(const std::vector<std::uint64_t>& streams) {
        std::vector<SinkSpec> specs;
        for (const auto stream : streams) specs.push_back({0, 0, stream, {}, flow::Component::any, 0});
        REQUIRE(writer.reserve<state::SinkRecord>(missing_sinks(*record, specs)));
        const bool same = same_sinks(*record, specs);
        std::vector<SinkTotals> removed;
        places = set_sinks(writer, *record, specs, removed);
        REQUIRE(places.size() == streams.size());
        for (std::size_t i = 0; i < streams.size(); ++i) CHECK(places[i]->stream.get() == streams[i]);
        if (same) CHECK(removed.empty());
        CHECK(same_sinks(*record, specs));
        return removed;
    }
    std::size_t count() const {
        std::size_t n = 0;
        state::each_sink(*record, [&](const auto&) { ++n; });
        return n;
    }
    state::Writer writer = *state::Writer::open(*state::Map::create(1));
    state::StreamRecord* record = nullptr;
    std::vector<state::SinkRecord*> places;
};

} // namespace

TEST_CASE("a sink that stays keeps its counters, what the others counted is told") {
    Sinks s;
    CHECK(s.set({1, 2, 3}).empty());
    for (unsigned i = 0; i < 3; ++i) s.places[i]->out.packets.set(10 * (i + 1));
    s.places[1]->kernel.total.packets.set(5);
    CHECK(s.set({3, 1, 2}).empty()); // their order doesn't matter
    CHECK(s.places[0]->out.packets.get() == 30);
    const auto removed = s.set({4, 3});
    REQUIRE(removed.size() == 2);
    CHECK(removed[0].stream + removed[1].stream == 3);
    CHECK(removed[0].packets + removed[1].packets == 35);
    CHECK(s.places[0]->out.packets.get() == 0);
    CHECK(s.places[1]->out.packets.get() == 30);
    CHECK(s.set({}).size() == 2);
    CHECK(s.count() == 0);
}

TEST_CASE("two sinks may lead to one stream") {
    Sinks s;
    s.set({7, 7});
    s.places[0]->out.packets.set(1);
    s.places[1]->out.packets.set(2);
    s.set({7, 7});
    CHECK(s.places[0]->out.packets.get() == 1);
    CHECK(s.places[1]->out.packets.get() == 2);
    const auto removed = s.set({7});
    REQUIRE(removed.size() == 1);
    CHECK(removed[0].packets + s.places[0]->out.packets.get() == 3);
}

TEST_CASE("whatever comes and goes, no count is lost and no memory") {
    Sinks s;
    std::mt19937 random(3);
    std::uint64_t counted = 0, told = 0;
    std::size_t most = 0;
    for (int round = 0; round < 300; ++round) {
        std::vector<std::uint64_t> wanted(random() % 150);
        for (auto& stream : wanted) stream = 1 + random() % 200;
        for (const auto& gone : s.set(wanted)) told += gone.packets;
        for (auto* place : s.places) place->out.packets.add(1), ++counted;
        CHECK(s.count() == wanted.size());
        if (round == 100) most = s.writer.bytes();
    }
    for (const auto& gone : s.set({})) told += gone.packets;
    CHECK(told == counted);
    CHECK(s.writer.bytes() == most);
}
