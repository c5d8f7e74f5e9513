// SPDX-License-Identifier: Apache-2.0
#include "common/state/map.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace rtpengine;

namespace {

// A directory of its own that goes away with the test.
struct Directory {
    explicit Directory(const std::string& parent = "/tmp") : name(parent + "/rtpengine-state-XXXXXX") {
        REQUIRE(mkdtemp(name.data()));
    }
    ~Directory() { std::filesystem::remove_all(name); }
    std::string file(const char* base) const { return name + "/" + base; }
    std::string name;
};

} // namespace

TEST_CASE("a state file keeps its records as long as its layout stays") {
    const Directory directory;
    const auto path = directory.file("0.state");
    REQUIRE(state::Map::create(path, 8));
    {
        auto map = state::Map::open_writable(path);
        REQUIRE(map);
        CHECK(map->slots() == 8);
        CHECK(map->record(8) == nullptr);
        CHECK(reinterpret_cast<std::uintptr_t>(map->record(1)) % 64 == 0);
        map->record(7)->id.set(42);
    }
    REQUIRE(state::Map::create(path, 8));
    CHECK(state::Map::open_readonly(path)->record(7)->id.get() == 42);
    REQUIRE(state::Map::create(path, 9));
    CHECK(state::Map::open_readonly(path)->slots() == 9);
    CHECK(state::Map::open_readonly(path)->record(7)->id.get() == 0);
}

TEST_CASE("what is no state file is refused") {
    const Directory directory;
    CHECK_FALSE(state::Map::open_readonly(directory.file("none")));
    const auto path = directory.file("short");
    const int fd = open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    REQUIRE(fd >= 0);
    CHECK_FALSE(state::Map::open_readonly(path)); // empty
    REQUIRE(ftruncate(fd, 65536) == 0);
    CHECK_FALSE(state::Map::open_readonly(path)); // all zero
    close(fd);
    const auto cut = directory.file("cut");
    REQUIRE(state::Map::create(cut, 8));
    REQUIRE(truncate(cut.c_str(), 8192) == 0);
    CHECK_FALSE(state::Map::open_readonly(cut)); // shorter than its header says
}

TEST_CASE("header, journal and records don't overlap, and the journal survives too") {
    const Directory directory;
    const auto path = directory.file("0.state");
    REQUIRE(state::Map::create(path, 2));
    {
        auto map = state::Map::open_writable(path);
        map->journal().phase.set(1);
        std::memset(map->journal().message, 0xff, sizeof map->journal().message);
        CHECK(map->record(0)->id.get() == 0);
        CHECK(map->slots() == 2);
        CHECK(reinterpret_cast<std::uintptr_t>(map->journal().message) % 64 == 0);
        for (std::uint32_t slot = 0; slot < 2; ++slot)
            std::memset(static_cast<void*>(&state::kernel_part(*map->record(slot))), 0xff, sizeof(state::KernelRecord));
        CHECK(map->record(1)->id.get() == 0);
        std::memset(static_cast<void*>(map->record(0)), 0xff, 2 * sizeof(state::StreamRecord));
    }
    auto map = state::Map::open_writable(path);
    REQUIRE(map);
    CHECK(map->journal().phase.get() == 1);
    CHECK(map->journal().message[8127] == 0xff);
}

TEST_CASE("who looks for living records touches no others, also of a process that is gone") {
    const Directory directory("/dev/shm");
    const auto path = directory.file("0.state");
    constexpr std::uint32_t slots = 20'000;
    REQUIRE(state::Map::create(path, slots));
    const std::set<std::uint32_t> used{0, 63, 64, 9'999, slots - 1};
    if (const auto child = fork(); child == 0) {
        auto map = state::Map::open_writable(path);
        for (const auto slot : used)
            map->record(slot)->id.set(slot + 1);
        _exit(0); // nothing is written back: there is nothing but the memory
    } else {
        REQUIRE(waitpid(child, nullptr, 0) == child);
    }
    const auto blocks = [&] {
        struct stat info {};
        REQUIRE(stat(path.c_str(), &info) == 0);
        return info.st_blocks;
    };
    const auto before = blocks();
    const auto map = state::Map::open_readonly(path);
    std::set<std::uint32_t> living;
    std::uint32_t visited = 0;
    map->each_written([&](std::uint32_t slot) {
        ++visited;
        if (map->record(slot)->id.get()) living.insert(slot);
    });
    CHECK(living == used);
    CHECK(visited <= 4 * state::Block::size);
    CHECK(blocks() <= before + 4 * static_cast<long>(sizeof(state::Block::records)) / 512);
}

TEST_CASE("a reader never sees half an endpoint") {
    const Directory directory;
    const auto path = directory.file("0.state");
    REQUIRE(state::Map::create(path, 1));
    auto writer = state::Map::open_writable(path);
    const auto reader = state::Map::open_readonly(path);
    const auto a = *Endpoint::parse("1.1.1.1:11111"),
               b = *Endpoint::parse("[2222:2222:2222:2222:2222:2222:2222:2222]:2222");
    state::store_remote(*writer->record(0), a);
    std::atomic<bool> stop{false};
    std::thread thread([&] {
        for (unsigned i = 0; !stop; ++i)
            state::store_remote(*writer->record(0), i % 2 ? a : b);
    });
    unsigned halves = 0;
    for (int i = 0; i < 200'000; ++i) {
        const auto seen = state::load_remote(*reader->record(0));
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
