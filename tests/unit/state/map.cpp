// SPDX-License-Identifier: Apache-2.0
#include "common/state/map.h"

#include <cerrno>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "common/state/view.h"
#include "common/state/writer.h"

using namespace rtpengine;

namespace {

Fd again(const Fd& file) { return duplicate(file.get()); }

struct stat info_of(const Fd& file) {
    struct stat info {};
    REQUIRE(fstat(file.get(), &info) == 0);
    return info;
}

} // namespace

TEST_CASE("a state file has all of its memory from the beginning, and can't shrink") {
    const auto file = *state::Map::create(20'000);
    const auto info = info_of(file);
    CHECK(info.st_blocks * 512 >= info.st_size);
    CHECK(info.st_size < 20'000 * 4 + 5 * 4096); // an idle port costs four bytes
    CHECK(ftruncate(file.get(), 0) < 0);
    CHECK(errno == EPERM);
    CHECK((info.st_mode & 0777) == 0600);
    const auto readable = *state::Map::readable(file);
    CHECK(state::Map::open_readonly(again(readable)));
    CHECK_FALSE(state::Map::open_writable(again(readable)));
}

TEST_CASE("what a writer did is there for its successor and for readers") {
    const auto file = *state::Map::create(8);
    const auto reader = *state::Map::open_readonly(again(file));
    CHECK(reader.slots() == 8);
    CHECK_FALSE(reader.stream(7));
    CHECK_FALSE(reader.stream(8));
    {
        auto writer = *state::Writer::open(again(file));
        REQUIRE(writer.reserve<state::StreamRecord>(1));
        auto* record = writer.make(7, 42);
        CHECK(reinterpret_cast<std::uintptr_t>(record) % 64 == 0);
        record->id.set(42);
        CHECK(reader.stream(7)->id.get() == 42); // in memory that was not there when the reader came
    }
    CHECK((*state::Writer::open(again(file))).record(7)->id.get() == 42);
    unsigned living = 0;
    reader.each_living([&](std::uint32_t slot, const state::View& record) {
        ++living;
        CHECK(slot == 7);
        CHECK(record->id.get() == 42);
    });
    CHECK(living == 1);
}

TEST_CASE("what is no state file is refused") {
    CHECK_FALSE(state::Map::open_readonly(Fd()));
    CHECK_FALSE(state::Map::open_readonly(Fd(open("/dev/null", O_RDWR | O_CLOEXEC))));
    const Fd other(memfd_create("other", MFD_CLOEXEC));
    CHECK_FALSE(state::Map::open_readonly(again(other))); // empty
    REQUIRE(ftruncate(other.get(), 1 << 20) == 0);
    CHECK_FALSE(state::Map::open_readonly(again(other))); // all zero
    const auto file = *state::Map::create(8);
    const auto put = [&](std::size_t offset, std::uint64_t value) {
        REQUIRE(pwrite(file.get(), &value, sizeof value, static_cast<off_t>(offset)) == sizeof value);
    };
    put(offsetof(state::Header, slots), 1'000'000); // more than there is
    CHECK_FALSE(state::Map::open_readonly(again(file)));
    put(offsetof(state::Header, slots), 8);
    CHECK(state::Map::open_readonly(again(file)));
    const auto sizes = offsetof(state::Header, part_sizes);
    put(sizes + 8 * static_cast<std::size_t>(state::Kind::sink), 64); // smaller than what we know of it
    CHECK_FALSE(state::Map::open_readonly(again(file)));
    put(sizes + 8 * static_cast<std::size_t>(state::Kind::sink), 192); // a later program's
    CHECK(state::Map::open_readonly(again(file)));
}

TEST_CASE("header, journal and index don't overlap, and the journal survives too") {
    const auto file = *state::Map::create(2);
    {
        auto writer = *state::Writer::open(again(file));
        auto& journal = writer.map().journal();
        journal.phase.set(1);
        std::memset(journal.message, 0xff, sizeof journal.message);
        CHECK(writer.map().slots() == 2);
        CHECK(reinterpret_cast<std::uintptr_t>(journal.message) % 64 == 0);
        for (std::uint32_t slot = 0; slot < 2; ++slot) CHECK_FALSE(writer.record(slot));
    }
    auto map = state::Map::open_writable(again(file));
    REQUIRE(map);
    CHECK(map->journal().phase.get() == 1);
    CHECK(map->journal().message[8127] == 0xff);
}

TEST_CASE("the supervisor reads what a worker is at, whatever the worker does") {
    const auto file = *state::Map::create(2);
    CHECK(state::Map::working(file) == 0);
    auto map = *state::Map::open_writable(again(file));
    map.header().working.set(77);
    CHECK(state::Map::working(file) == 77);
    CHECK(state::Map::working(Fd()) == 0);
    CHECK(state::Map::working(Fd(memfd_create("empty", MFD_CLOEXEC))) == 0);
}

TEST_CASE("a reader never sees half an endpoint") {
    const auto file = *state::Map::create(1);
    auto writer = state::Writer::open(duplicate(file.get()));
    REQUIRE(writer->reserve<state::StreamRecord>(1));
    auto& record = *writer->make(0, 1);
    const auto reader = state::Map::open_readonly(duplicate(file.get()));
    const auto a = *Endpoint::parse("1.1.1.1:11111"),
               b = *Endpoint::parse("[2222:2222:2222:2222:2222:2222:2222:2222]:2222");
    state::store_remote(record, a);
    std::atomic<bool> stop{false};
    std::thread thread([&] {
        for (unsigned i = 0; !stop; ++i)
            state::store_remote(record, i % 2 ? a : b);
    });
    unsigned halves = 0;
    for (int i = 0; i < 200'000; ++i) {
        const auto seen = state::load_remote(*reader->stream(0));
        halves += seen != a && seen != b;
    }
    stop = true;
    thread.join();
    CHECK(halves == 0);
}

TEST_CASE("a writer that dies in the middle leaves the former endpoint") {
    state::StreamRecord record;
    const auto former = *Endpoint::parse("192.0.2.1:5000"), next = *Endpoint::parse("192.0.2.2:6000");
    for (int turn = 0; turn < 2; ++turn) {
        state::store_remote(record, former);
        auto& unused = record.remotes[(record.sequence.get() + 1) & 1];
        state::store(unused, next); // as far as it came
        unused.port = 0;
        CHECK(state::load_remote(record) == former);
        state::store_remote(record, next);
        CHECK(state::load_remote(record) == next);
        state::store_remote(record, former);
    }
}
