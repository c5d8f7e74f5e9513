// SPDX-License-Identifier: Apache-2.0
// Programs of different ages at one file: a later one knows more of the parts, and more kinds.
#include <random>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "common/state/view.h"
#include "common/state/writer.h"

using namespace rtpengine;
using state::Kind;
using state::Writer;

namespace {

constexpr auto later_kind = static_cast<Kind>(9);

// How many bytes a program of that age knows more of: stream, sink and kernel parts may grow.
Writer::Sizes sizes_of(std::size_t age) {
    auto sizes = Writer::known_sizes();
    for (const auto kind : {Kind::stream, Kind::sink, Kind::kernel}) sizes[static_cast<std::size_t>(kind)] += age * state::Link::unit;
    if (age > 1) sizes[static_cast<std::size_t>(later_kind)] = 64;
    return sizes;
}

Writer program(const Fd& file, std::size_t age) { return *Writer::open(duplicate(file.get()), sizes_of(age)); }

// As a later program would declare it.
struct LaterSink : state::SinkRecord {
    state::Counter more;
};
static_assert(sizeof(LaterSink) > sizeof(state::SinkRecord));

struct LaterPart {
    static constexpr auto kind = later_kind;
    state::Part part;
    state::Counter what;
};

void open(Writer& writer, std::uint32_t slot, std::uint64_t id, unsigned sinks) {
    REQUIRE(writer.reserve<state::StreamRecord>(1));
    REQUIRE(writer.reserve<state::SinkRecord>(sinks));
    REQUIRE(writer.reserve<state::KernelRecord>(1));
    auto& record = *writer.make(slot, id);
    const void* before = &record;
    auto* link = &record.sinks;
    for (unsigned i = 0; i < sinks; ++i) {
        auto* sink = writer.take<state::SinkRecord>(id);
        sink->stream.set(100 * id + i);
        state::lead(before, *link, sink);
        before = sink, link = &sink->part.next;
    }
    state::lead(&record, record.kernel, writer.take<state::KernelRecord>(id));
    record.id.set(id);
}

std::vector<std::uint64_t> sinks_of(const state::Map& map, std::uint32_t slot) {
    std::vector<std::uint64_t> all;
    const auto view = map.stream(slot);
    if (view && view.kernel()) view.each_sink([&](const auto& sink) { all.push_back(sink.stream.get()); });
    return all;
}

std::vector<std::uint64_t> wanted(std::uint64_t id, unsigned sinks) {
    std::vector<std::uint64_t> all;
    for (unsigned i = 0; id && i < sinks; ++i) all.push_back(100 * id + i);
    return all;
}

} // namespace

TEST_CASE("programs of all ages follow one another, and each goes on with what the others made") {
    constexpr std::uint32_t slots = 128;
    const auto file = *state::Map::create(slots);
    const auto reader = *state::Map::open_readonly(duplicate(file.get()));
    std::vector<std::pair<std::uint64_t, unsigned>> truth(slots);
    std::mt19937 random(3);
    std::uint64_t next = 1;
    std::size_t most = 0;
    for (int turn = 0; turn < 60; ++turn) {
        auto writer = program(file, random() % 4);
        for (int i = 0; i < 60; ++i) {
            const auto slot = static_cast<std::uint32_t>(random() % slots);
            writer.forget(slot);
            truth[slot] = {};
            if (random() % 3 == 0) continue;
            truth[slot] = {next, random() % 9};
            open(writer, slot, next++, truth[slot].second);
        }
        for (std::uint32_t slot = 0; slot < slots; ++slot) {
            CHECK(sinks_of(reader, slot) == wanted(truth[slot].first, truth[slot].second));
            CHECK(sinks_of(writer.map(), slot) == sinks_of(reader, slot));
        }
        if (turn == 30) most = writer.bytes();
        if (turn > 30) CHECK(writer.bytes() <= most + 8 * state::Chunk::size);
    }
}

TEST_CASE("what came to a part later is there where the part is long enough for it") {
    const auto file = *state::Map::create(4);
    {
        auto earlier = program(file, 0);
        open(earlier, 1, 2, 1);
    }
    auto later = program(file, 1);
    open(later, 0, 1, 2);
    later.forget(0);
    open(later, 0, 1, 1);
    auto earlier = program(file, 0);
    while (earlier.take<state::SinkRecord>(3)) {} // what is short
    open(earlier, 2, 3, 1);
    const auto reader = *state::Map::open_readonly(duplicate(file.get()));
    for (const std::uint32_t slot : {0U, 1U, 2U}) {
        const auto view = reader.stream(slot);
        REQUIRE(view);
        unsigned sinks = 0;
        view.each_sink([&](const state::SinkRecord& sink) {
            ++sinks;
            CHECK(view.has(sink, &state::SinkRecord::room));
            CHECK(view.has(static_cast<const LaterSink&>(sink), &LaterSink::more) == (slot == 0));
        });
        CHECK(sinks == 1);
    }
}

TEST_CASE("an earlier program leaves kinds of parts alone that it doesn't know") {
    const auto file = *state::Map::create(4);
    auto later = program(file, 2);
    open(later, 0, 1, 2);
    REQUIRE(later.reserve<LaterPart>(1));
    auto* part = later.take<LaterPart>(1);
    part->what.set(77);
    auto earlier = program(file, 0);
    for (std::uint64_t id = 10; id < 200; ++id) open(earlier, static_cast<std::uint32_t>(1 + id % 3), id, 8);
    CHECK(sinks_of(earlier.map(), 0) == wanted(1, 2));
    CHECK(part->what.get() == 77);
    auto again = program(file, 2);
    CHECK(sinks_of(again.map(), 0) == wanted(1, 2));
}

TEST_CASE("a chunk that says nonsense of its parts is nobody's") {
    const auto file = *state::Map::create(4);
    auto writer = program(file, 0);
    open(writer, 0, 1, 3);
    const auto reader = *state::Map::open_readonly(duplicate(file.get()));
    REQUIRE(sinks_of(reader, 0) == wanted(1, 3));
    struct stat info {};
    REQUIRE(fstat(file.get(), &info) == 0);
    for (std::size_t at = static_cast<std::size_t>(info.st_size); at > state::Chunk::size * 2; at -= state::Chunk::size)
        for (const std::uint64_t size : {std::uint64_t{1}, std::uint64_t{100}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
            const auto offset = static_cast<off_t>(at - state::Chunk::size + offsetof(state::Chunk, part_size));
            std::uint64_t said = 0;
            REQUIRE(pread(file.get(), &said, sizeof said, offset) == sizeof said);
            REQUIRE(pwrite(file.get(), &size, sizeof size, offset) == sizeof size);
            CHECK(sinks_of(reader, 0).size() <= 3);
            REQUIRE(pwrite(file.get(), &said, sizeof said, offset) == sizeof said);
        }
    CHECK(sinks_of(reader, 0) == wanted(1, 3));
}
