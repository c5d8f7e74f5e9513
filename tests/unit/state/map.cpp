// SPDX-License-Identifier: Apache-2.0
#include "common/state/map.h"

#include <cstdlib>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace rtpengine;

namespace {

// A directory of its own that goes away with the test.
struct Directory {
    Directory() { REQUIRE(mkdtemp(name)); }
    ~Directory() { std::filesystem::remove_all(name); }
    std::string file(const char* base) const { return std::string(name) + "/" + base; }
    char name[32] = "/tmp/rtpengine-state-XXXXXX";
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
