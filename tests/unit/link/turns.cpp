// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <ctime>
#include <numeric>

#include <doctest/doctest.h>

#include "common/link/turns.h"
#include "common/uv/chores.h"

using namespace rtpengine;

namespace {

void burn(std::chrono::microseconds cpu) {
    const auto read = [] {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
    };
    for (const auto until = read() + cpu; read() < until;) {}
}

template <class Counts> std::uint64_t sum(const Counts& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

} // namespace

TEST_CASE("durations are counted by powers of two") {
    uv::Histogram histogram;
    for (const std::uint64_t us : {0u, 1u, 2u, 3u, 4u, 1'000'000'000u}) histogram.count(us);
    const auto& counts = histogram.counts();
    CHECK(counts[0] == 1);
    CHECK(counts[1] == 1);
    CHECK(counts[2] == 2);
    CHECK(counts[3] == 1);
    CHECK(counts.back() == 1);
    CHECK(histogram.longest_us() == 1'000'000'000);
    link::Turns message;
    link::write({histogram, {}}, message);
    CHECK(message.elapsed_size() == static_cast<int>(uv::Histogram::buckets));
    CHECK(message.cpu_size() == 0); // nothing but zeros
}

TEST_CASE("a turn is what is done between two waits, and waiting is none of it") {
    uv::Loop loop;
    burn(std::chrono::milliseconds(50)); // before it runs: no turn
    uv::Timer later(loop, [&] { loop.stop(); });
    uv::Timer work(loop, [&] {
        burn(std::chrono::milliseconds(5));
        later.start_ms(300); // most of the time is spent waiting
    });
    work.start_ms(1);
    loop.run();
    const auto& turns = loop.turns();
    CHECK(turns.cpu.longest_us() >= 5000);
    CHECK(turns.cpu.longest_us() < 50'000);
    CHECK(turns.elapsed.longest_us() >= 5000);
    CHECK(turns.elapsed.longest_us() < 250'000);
    CHECK(sum(turns.elapsed.counts()) == sum(turns.cpu.counts()));
}

TEST_CASE("what hooks do before the wait belongs to the turn") {
    uv::Loop loop;
    uv::Prepare hook(loop, [&] { burn(std::chrono::milliseconds(4)); });
    uv::Timer stop(loop, [&] { loop.stop(); });
    stop.start_ms(20);
    loop.run();
    CHECK(loop.turns().cpu.longest_us() >= 4000);
}

TEST_CASE("chores share the turns with others and with one another") {
    uv::Loop loop;
    uv::Chores chores(loop);
    std::vector<int> order;
    int left[] = {100, 100}, served = 0;
    for (const int i : {0, 1})
        chores.add([&, i] {
            burn(std::chrono::microseconds(500));
            order.push_back(i);
            return --left[i] == 0;
        });
    uv::Timer others(loop, [&] {
        ++served;
        if (!left[0] && !left[1]) loop.stop();
    });
    CHECK(order.empty()); // never at once
    others.start_ms(1, 1);
    loop.run();
    CHECK(order.size() == 200);
    CHECK(std::count(order.begin(), order.begin() + 100, 0) == 50);
    CHECK(served > 20); // 100 ms of work, 2 ms of them in a row
    CHECK(loop.turns().cpu.longest_us() < 3 * uv::Chores::share_us);
}

TEST_CASE("a chore may add another one, and none keeps a loop awake") {
    uv::Loop loop;
    uv::Chores chores(loop);
    int done = 0;
    chores.add([&] {
        chores.add([&] { return ++done; });
        return true;
    });
    loop.run(); // ends: there is nothing to wait for
    CHECK(done == 1);
}
