// SPDX-License-Identifier: Apache-2.0
#include "common/state/writer.h"

#include <cerrno>
#include <csignal>
#include <random>
#include <string>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "common/state/view.h"
#include "killed.h"

using namespace rtpengine;
using state::Writer;

namespace {

Fd another(const Fd& file) { return duplicate(file.get()); }

// No file of this process may be longer than `bytes` meanwhile.
class Limit {
  public:
    explicit Limit(std::size_t bytes) : former_(std::signal(SIGXFSZ, SIG_IGN)) {
        REQUIRE(getrlimit(RLIMIT_FSIZE, &limit_) == 0);
        const rlimit less{bytes, limit_.rlim_max};
        REQUIRE(setrlimit(RLIMIT_FSIZE, &less) == 0);
    }
    ~Limit() {
        setrlimit(RLIMIT_FSIZE, &limit_);
        std::signal(SIGXFSZ, former_);
    }

  private:
    rlimit limit_{};
    void (*former_)(int);
};

// A stream with all sorts of parts.
void open(Writer& writer, std::uint32_t slot, std::uint64_t id, unsigned parts) {
    REQUIRE(writer.reserve<state::StreamRecord>(1));
    REQUIRE(writer.reserve<state::SinkRecord>(parts));
    REQUIRE(writer.reserve<state::SourceRecord>(parts));
    REQUIRE(writer.reserve<state::KernelRecord>(1));
    REQUIRE(writer.reserve<state::DecisionsRecord>(1));
    auto& record = *writer.make(slot, id);
    const void* before = &record;
    auto* link = &record.sinks;
    for (unsigned i = 0; i < parts; ++i) {
        auto* sink = writer.take<state::SinkRecord>(id);
        sink->stream.set(1000 * id + i);
        state::lead(before, *link, sink);
        before = sink, link = &sink->part.next;
    }
    auto* last = &record.source_list;
    last->packets.set(1);
    for (unsigned i = 0; i < parts; ++i) {
        auto* source = writer.take<state::SourceRecord>(id);
        source->packets.set(1);
        state::lead(last, last->part.next, source);
        last = source;
    }
    state::lead(&record, record.kernel, writer.take<state::KernelRecord>(id));
    state::lead(&record, record.decisions, writer.take<state::DecisionsRecord>(id));
    record.id.set(id);
}

// 0: not what open() made.
std::size_t parts_of(const state::Map& map, std::uint32_t slot, std::uint64_t id) {
    const auto view = map.stream(slot);
    if (!view || view->id.get() != id || !view.kernel() || !view.decisions()) return 0;
    std::size_t sinks = 0, sources = 0;
    view.each_sink([&](const auto& sink) { sinks += sink.stream.get() == 1000 * id + sinks; });
    view.each_source([&](const auto&) { ++sources; });
    return sinks + 1 == sources ? sources : 0;
}

} // namespace

TEST_CASE("memory that can't be had is an error of who asks for it, and all else goes on") {
    const auto file = *state::Map::create(64);
    auto writer = *Writer::open(another(file));
    open(writer, 0, 1, 10);
    const auto before = writer.bytes();
    {
        const Limit limit(before);
        const auto refused = writer.reserve<state::StreamRecord>(1000);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message == "no memory for records: File too large");
        CHECK(writer.bytes() == before);
        CHECK(parts_of(writer.map(), 0, 1) == 11);
        while (writer.take<state::SinkRecord>(1)) {}
        CHECK_FALSE(writer.reserve<state::SinkRecord>(1));
        auto other = *Writer::open(another(file)); // a successor needs none
        CHECK(parts_of(other.map(), 0, 1) == 11);
    }
    CHECK(writer.reserve<state::SinkRecord>(1)); // it heals
}

TEST_CASE("all memory is there before it is used") {
    const auto file = *state::Map::create(4096);
    auto writer = *Writer::open(another(file));
    for (std::uint32_t slot = 0; slot < 100; ++slot) open(writer, slot, slot + 1, 3);
    struct stat info {};
    REQUIRE(fstat(file.get(), &info) == 0);
    CHECK(static_cast<std::size_t>(info.st_size) == writer.bytes());
    CHECK(info.st_blocks * 512 >= info.st_size);
}

TEST_CASE("memory is bounded by what is in use at once, not by every port that was ever used") {
    const auto file = *state::Map::create(4096);
    auto writer = *Writer::open(another(file));
    std::size_t most = 0;
    for (std::uint32_t i = 0; i < 4096; ++i) {
        open(writer, i, i + 1, 5);
        if (i >= 100) writer.forget(i - 100);
        if (i == 200) most = writer.bytes();
    }
    CHECK(writer.bytes() == most);
    const auto successor = *Writer::open(another(file));
    for (std::uint32_t i = 4096 - 100; i < 4096; ++i) CHECK(parts_of(successor.map(), i, i + 1) == 6);
}

TEST_CASE("a successor finds free what nobody reaches, and nothing else") {
    const auto file = *state::Map::create(256);
    std::mt19937 random(9);
    std::vector<std::uint64_t> ids(256);
    std::size_t most = 0;
    std::uint64_t next = 1;
    for (int process = 0; process < 40; ++process) {
        auto writer = *Writer::open(another(file));
        for (int i = 0; i < 100; ++i) {
            const auto slot = static_cast<std::uint32_t>(random() % ids.size());
            if (ids[slot] && random() % 2)
                writer.forget(slot), ids[slot] = 0;
            else
                open(writer, slot, ids[slot] = next++, 7);
        }
        REQUIRE(writer.reserve<state::SinkRecord>(5));
        for (int i = 0; i < 5; ++i) (void)writer.take<state::SinkRecord>(1); // killed before a link leads there
        for (std::uint32_t slot = 0; slot < ids.size(); ++slot)
            CHECK(parts_of(writer.map(), slot, ids[slot]) == (ids[slot] ? 8 : 0));
        if (process == 20) most = writer.bytes();
    }
    CHECK((*Writer::open(another(file))).bytes() <= most + 4 * state::Chunk::size);
}

TEST_CASE("a worker killed at any moment leaks nothing and breaks nothing") {
    const auto file = *state::Map::create(64);
    std::mt19937 random(4);
    std::size_t most = 0;
    for (int round = 0; round < 60; ++round) {
        const auto begin = [&] {
            return [writer = *Writer::open(another(file)), own = std::mt19937(static_cast<unsigned>(round)), round](std::uint64_t i) mutable {
                const auto slot = static_cast<std::uint32_t>(own() % 64);
                own() % 3 ? open(writer, slot, 1000u * static_cast<unsigned>(round + 1) + i % 1000, 4) : writer.forget(slot);
            };
        };
        kill_at_work(begin, random);
        auto successor = *Writer::open(another(file));
        successor.map().each_living([&](std::uint32_t slot, const state::View& record) {
            CHECK(parts_of(successor.map(), slot, record->id.get()) == 5);
        });
        for (std::uint32_t slot = 0; slot < 64; ++slot) open(successor, slot, slot + 1, 4);
        if (round == 5) most = successor.bytes();
        if (round > 5) CHECK(successor.bytes() <= most);
    }
}
