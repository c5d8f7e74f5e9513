// SPDX-License-Identifier: Apache-2.0
// A process that may not have more data than it has. Each in a process of its own, as there is one reserve for each.
#include "common/base/memory.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <vector>

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace rtpengine;

#ifndef __SANITIZE_ADDRESS__ // whose allocator ends the process

namespace {

constexpr std::size_t piece = 64 * 1024, reserve = 1 << 20;

bool in_a_process(const std::function<bool()>& work) {
    const pid_t child = fork();
    if (child == 0) {
        try {
            _exit(work() ? 0 : 1);
        } catch (...) { // it has no business in the rest of this program
            _exit(2);
        }
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && status == 0;
}

void limit_data(rlim_t bytes) {
    rlimit limit{};
    getrlimit(RLIMIT_DATA, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_DATA, &limit);
}

// To what it has now: what it gives back to the system, it may have again.
void limit_data_to_this() {
    std::FILE* file = std::fopen("/proc/self/status", "r");
    char line[256];
    unsigned long kib = 0;
    while (std::fgets(line, sizeof line, file) && std::sscanf(line, "VmData: %lu kB", &kib) != 1) {}
    std::fclose(file);
    limit_data(kib << 10);
}

// With what the C library has already, until it has no more.
struct Hoard {
    ~Hoard() {
        for (unsigned i = 0; i < count; ++i) std::free(pieces[i]);
    }
    bool fill() {
        while (count < 4000 && (pieces[count] = std::malloc(piece))) ++count;
        return count < 4000;
    }
    void* pieces[4000];
    unsigned count = 0;
};

bool within_seconds(bool (*condition)()) {
    for (unsigned i = 0; i < 1000; ++i) {
        if (condition()) return true;
        poll(nullptr, 0, 20);
    }
    return false;
}

} // namespace

TEST_CASE("when there is no more memory, what is under way goes on with the reserve, and nothing new is begun") {
    CHECK(in_a_process([] {
        if (!memory::hold(reserve, 0) || !memory::enough()) return false;
        limit_data_to_this();
        bool refused = false, went_on = false;
        {
            Hoard all;
            if (!all.fill()) return false;
            std::unique_ptr<char[]> needed(new char[10 * piece]);
            went_on = needed[0] == needed[0];
            refused = !memory::enough();
        }
        limit_data(RLIM_INFINITY);
        return went_on && refused && within_seconds(memory::enough);
    }));
}

TEST_CASE("who asks finds out before `new` does, and the reserve is there for libraries that don't use it") {
    CHECK(in_a_process([] {
        if (!memory::hold(reserve, 0)) return false;
        limit_data_to_this();
        Hoard all;
        if (!all.fill() || memory::enough()) return false;
        std::unique_ptr<void, decltype(&std::free)> needed(std::malloc(2 * piece), &std::free);
        return needed != nullptr;
    }));
}

TEST_CASE("a reserve that is used up ends in what was asked for") {
    CHECK(in_a_process([] {
        if (!memory::hold(reserve, 0)) return false;
        limit_data_to_this();
        Hoard all, more;
        if (!all.fill()) return false;
        (void)memory::enough(); // gives it away
        if (!more.fill()) return false;
        try {
            std::vector<char> needed(4 * piece);
            return needed.empty();
        } catch (const std::bad_alloc&) {
            return true;
        }
    }));
    CHECK(in_a_process([] {
        if (!memory::hold(reserve, 0, [] { _exit(0); })) return false;
        limit_data_to_this();
        std::vector<char> needed(64 * reserve);
        return false;
    }));
}

TEST_CASE("a process that can't have what it needs for its start says so") {
    CHECK(in_a_process([] {
        limit_data(8 << 20);
        const auto held = memory::hold(reserve, 64 << 20);
        return !held && held.error().message.starts_with("out of memory: a start needs 65 MB; ");
    }));
}

TEST_CASE("nobody wants a reserve: there is enough") { CHECK(memory::enough()); }

#endif
