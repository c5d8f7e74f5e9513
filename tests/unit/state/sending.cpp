// SPDX-License-Identifier: Apache-2.0
#include "common/state/sent.h"

#include <map>
#include <random>

#include <doctest/doctest.h>

#include "common/state/view.h"
#include "common/state/writer.h"
#include "killed.h"

using namespace rtpengine;
using state::ProtectionRecord;
using state::Writer;

namespace {

Fd another(const Fd& file) { return duplicate(file.get()); }

// A stream with one sink.
state::SinkRecord& open(Writer& writer, std::uint32_t slot, std::uint64_t id) {
    REQUIRE(writer.reserve<state::StreamRecord>(1));
    REQUIRE(writer.reserve<state::SinkRecord>(1));
    auto& record = *writer.make(slot, id);
    auto& sink = *writer.take<state::SinkRecord>(id);
    state::lead(&record, record.sinks, &sink);
    record.id.set(id);
    return sink;
}

ProtectionRecord* send(Writer& writer, state::SinkRecord& sink, std::uint64_t keys) {
    REQUIRE(writer.reserve_sent(1));
    return writer.lead_to_sent(&sink, sink.protection, keys);
}

void use(ProtectionRecord& list, std::uint32_t ssrc, std::uint64_t next) {
    list.sources[0].words[ProtectionRecord::Room::next[0]].set(next);
    list.sources[0].words[ProtectionRecord::Room::ssrc].set(state::taken | ssrc);
}

std::uint64_t first_word(const ProtectionRecord& list) { return list.sources[0].words[ProtectionRecord::Room::ssrc].get(); }

// Parts of that list, as a reader sees them; -1: it can't be said.
int seen(const Fd& file, std::uint64_t keys) {
    const auto map = *state::Map::open_readonly(another(file));
    int parts = 0;
    const bool whole = state::Sent(map).each(keys, [&] { parts = 0; }, [&](const ProtectionRecord&) { ++parts; });
    return whole ? parts : -1;
}

} // namespace

TEST_CASE("who sends under the same keys has the same list, as long as anybody sends and for a while afterwards") {
    const auto file = *state::Map::create(64);
    auto writer = *Writer::open(another(file));
    CHECK(seen(file, 5) == 0);
    auto& first = open(writer, 0, 1);
    auto& second = open(writer, 1, 2);
    auto* const list = send(writer, first, 5);
    CHECK(send(writer, first, 5) == list);
    CHECK(send(writer, second, 5) == list);
    CHECK(list->users.get() == 2);
    use(*list, 7, 100);
    writer.leave_sent(&first, first.protection);
    CHECK(first_word(*list) == (state::taken | 7));
    writer.forget(1);
    CHECK(first_word(*list) == (state::resting | 7));
    CHECK(seen(file, 5) == 1);
    CHECK(seen(file, 6) == 0);
    for (std::uint64_t turn = 1; turn < Writer::sent_turns; ++turn) writer.next_turn();
    CHECK(send(writer, first, 5) == list);
    writer.next_turn();
    CHECK(seen(file, 5) == 1);
    CHECK(send(writer, first, 6) != list);
    for (std::uint64_t turn = 0; turn < Writer::sent_turns; ++turn) writer.next_turn();
    CHECK(seen(file, 5) == 0);
    CHECK(seen(file, 6) == 1);
}

TEST_CASE("what the kernel has of it doesn't grow old") {
    const auto file = *state::Map::create(64);
    auto writer = *Writer::open(another(file));
    auto& sink = open(writer, 0, 1);
    auto* const list = send(writer, sink, 5);
    use(*list, 7, 100);
    auto& lent = list->sources[0].words[ProtectionRecord::Room::lent];
    lent.set(200);
    writer.leave_sent(&sink, sink.protection);
    CHECK(first_word(*list) == (state::taken | 7));
    for (std::uint64_t turn = 0; turn < 3 * Writer::sent_turns; ++turn) writer.next_turn();
    CHECK(seen(file, 5) == 1);
    lent.set(0);
    for (std::uint64_t turn = 0; turn < 2 * Writer::sent_turns; ++turn) writer.next_turn();
    CHECK(seen(file, 5) == 0);
}

TEST_CASE("memory is bounded by the keys of the last turns, however many come and go") {
    const auto file = *state::Map::create(64);
    auto writer = *Writer::open(another(file));
    std::size_t most = 0;
    for (std::uint64_t keys = 1; keys < 8 * Writer::sent_turns; ++keys) {
        auto& sink = open(writer, keys % 8, keys);
        REQUIRE(send(writer, sink, keys));
        writer.next_turn();
        if (keys == 3 * Writer::sent_turns) most = writer.bytes();
    }
    CHECK(writer.bytes() == most);
    CHECK(seen(file, 8 * Writer::sent_turns - 1) == 1);
    CHECK(seen(file, 1) == 0);
}

TEST_CASE("a successor has the lists that sinks lead to, who asked has no place, and who looks while one is at work looks again") {
    const auto file = *state::Map::create(64);
    {
        auto writer = *Writer::open(another(file));
        auto &first = open(writer, 0, 1), &second = open(writer, 1, 2), &third = open(writer, 2, 3);
        auto& list = *send(writer, first, 5);
        send(writer, second, 5);
        use(list, 7, 100);
        list.sources[1].words[0].set(state::asked | 8);
        list.sources[2].words[0].set(state::asked | 9);
        list.sources[2].words[ProtectionRecord::Room::next[1]].set(3);
        send(writer, third, 6);
        writer.leave_sent(&third, third.protection);
        writer.map().header().edition.add(1); // killed at it
        CHECK(seen(file, 5) == -1);
    }
    auto successor = *Writer::open(another(file));
    CHECK(seen(file, 5) == 1);
    CHECK(seen(file, 6) == 0);
    auto& sink = open(successor, 3, 4);
    auto& list = *send(successor, sink, 5);
    CHECK(list.users.get() == 3);
    CHECK(first_word(list) == (state::taken | 7));
    CHECK(list.sources[1].words[0].get() == 0);
    CHECK(list.sources[2].words[0].get() == (state::resting | 9));
}

TEST_CASE("killed at any moment: each list that a sink leads to is found, and counts those that do") {
    const auto file = *state::Map::create(16);
    std::mt19937 random(4);
    for (int round = 0; round < 60; ++round) {
        const auto begin = [&] {
            return [writer = *Writer::open(another(file)), own = std::mt19937(static_cast<unsigned>(round)), round](std::uint64_t i) mutable {
                const auto slot = static_cast<std::uint32_t>(own() % 16);
                if (own() % 3) send(writer, open(writer, slot, 1000u * static_cast<unsigned>(round + 1) + i % 1000), 1 + own() % 5);
                else writer.forget(slot);
                if (own() % 4 == 0) writer.next_turn();
            };
        };
        kill_at_work(begin, random);
        auto successor = *Writer::open(another(file));
        std::map<const ProtectionRecord*, std::uint64_t> users;
        for (std::uint32_t slot = 0; slot < 16; ++slot) {
            auto* record = successor.record(slot);
            auto* sink = record ? state::follow<state::SinkRecord>(record, record->sinks) : nullptr;
            if (const auto* list = sink ? state::follow<ProtectionRecord>(sink, sink->protection) : nullptr) ++users[list];
        }
        for (const auto& [list, count] : users) {
            CHECK(list->users.get() == count);
            CHECK(seen(file, list->keys.get()) == 1);
        }
    }
}
