// SPDX-License-Identifier: Apache-2.0
#include "common/state/view.h"

#include <cstring>
#include <random>

#include <sys/mman.h>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include "common/state/totals.h"
#include "common/state/writer.h"

using namespace rtpengine;

namespace {

// Touches all that can be reached.
std::uint64_t read_all(const state::Map& map) {
    std::uint64_t sum = 0;
    map.each_living([&](std::uint32_t, const state::View& record) {
        sum += state::total_in(record).packets + state::total_echo(record).bytes + us_of(state::last_packet(record));
        record.each_sink([&](const auto& sink) { sum += state::total_out(sink).packets; });
        record.each_source([&](const auto& source) { sum += source.lost.get(); });
        record.each_type([&](const auto& type) { sum += type.packets.get(); });
    });
    return sum;
}

void fill(state::Writer& writer, std::uint32_t slot) {
    const std::uint64_t id = slot + 1;
    REQUIRE(writer.reserve<state::StreamRecord>(1));
    REQUIRE(writer.reserve<state::SinkRecord>(3));
    auto& record = *writer.make(slot, id);
    const void* before = &record;
    auto* link = &record.sinks;
    for (unsigned i = 0; i < 3; ++i) {
        auto* sink = writer.take<state::SinkRecord>(id);
        state::lead(before, *link, sink);
        before = sink, link = &sink->part.next;
    }
    record.id.set(id);
}

} // namespace

TEST_CASE("whatever lies in the file, readers stay inside and come to an end") {
    constexpr std::uint32_t slots = 32;
    const auto file = *state::Map::create(slots);
    auto writer = *state::Writer::open(duplicate(file.get()));
    for (std::uint32_t slot = 0; slot < slots; ++slot) fill(writer, slot);
    const auto reader = *state::Map::open_readonly(duplicate(file.get()));
    struct stat info {};
    REQUIRE(fstat(file.get(), &info) == 0);
    const auto length = static_cast<std::size_t>(info.st_size);
    constexpr std::size_t behind_journal = 3 * 4096; // the index begins there
    auto* bytes = static_cast<unsigned char*>(mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0));
    REQUIRE(bytes != MAP_FAILED);
    std::mt19937 random(1);
    for (int round = 0; round < 300; ++round) {
        for (int i = 0; i < 200; ++i) {
            const auto at = behind_journal + random() % ((length - behind_journal) / 4) * 4;
            const std::uint32_t value = random() % 3 ? static_cast<std::uint32_t>(random()) : static_cast<std::uint32_t>(random() % 2048);
            std::memcpy(bytes + at, &value, sizeof value);
        }
        read_all(reader);
        auto successor = *state::Writer::open(duplicate(file.get())); // as the next worker would: cuts what is wrong
        for (std::uint32_t slot = 0; slot < slots; ++slot) successor.forget(slot);
        for (std::uint32_t slot = 0; slot < slots; ++slot) fill(successor, slot);
        const auto view = reader.stream(5);
        REQUIRE(view);
        unsigned sinks = 0;
        view.each_sink([&](const auto&) { ++sinks; });
        CHECK(sinks == 3);
    }
    munmap(bytes, length);
}

TEST_CASE("a list that leads round in a circle ends, and one that leads to another stream's part") {
    const auto file = *state::Map::create(4);
    auto writer = *state::Writer::open(duplicate(file.get()));
    fill(writer, 0), fill(writer, 1);
    auto& record = *writer.record(0);
    auto* first = state::follow<state::SinkRecord>(&record, record.sinks);
    const auto count = [&] {
        std::size_t sinks = 0;
        writer.map().stream(0).each_sink([&](const auto&) { ++sinks; });
        return sinks;
    };
    auto& other = *writer.record(1);
    state::lead(first, first->part.next, state::follow<state::SinkRecord>(&other, other.sinks));
    CHECK(count() == 1);
    state::lead(first, first->part.next, first);
    CHECK(count() < 10'000);
    const auto successor = *state::Writer::open(duplicate(file.get()));
    CHECK(count() == 1); // it has cut the circle
}
