// SPDX-License-Identifier: Apache-2.0
#include "common/base/memory.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <utility>

#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>

#include "common/base/clock.h"
#include "common/base/log.h"

namespace rtpengine::memory {

namespace {

// More than a stream or a call between two parties takes, less than malloc() asks the system for by itself.
constexpr std::size_t room = 64 * 1024;
constexpr auto pause = std::chrono::seconds(2);
// Of ZeroMQ's threads. The usual 8 MiB count as used where the system promises no more than it has.
constexpr std::size_t stack = 1 << 20;

constexpr const char* advice = "see Committed_AS and CommitLimit in /proc/meminfo (vm.overcommit_memory, vm.overcommit_ratio, swap), "
                               "and limits of the service (ulimit -d, -v)";

// The reserve is some of these: each more than what a request wants in one piece, and found again where the whole would not be.
// libc's allocator has each from the system, and gives it back: what it gets for its small blocks then is not in pieces.
struct Piece {
    static constexpr std::size_t size = 256 * 1024;
    Piece* next;
};

// std::set_new_handler() takes no argument.
struct Reserve {
    std::size_t pieces = 0; // 0: nobody wants one
    std::atomic<Piece*> first = nullptr; // null: given away. Other threads' `new` may do that
    std::size_t held = 0; // pieces; the main thread's, and of no meaning when they were given away
    void (*exhausted)() = refuse;
    bool short_of_it = false;
    BootTime look_again{}; // when we are short of it
} reserve;

std::size_t held() { return reserve.first ? reserve.held : 0; }

// As much of it as there is memory for.
void fill() {
    auto count = held();
    if (count == reserve.pieces) return;
    auto* first = reserve.first.exchange(nullptr);
    if (!first) count = 0;
    for (; count < reserve.pieces; ++count) {
        auto* piece = static_cast<Piece*>(std::malloc(Piece::size));
        if (!piece) break;
        piece->next = std::exchange(first, piece);
    }
    reserve.held = count;
    reserve.first = first;
}

bool give() {
    auto* first = reserve.first.exchange(nullptr);
    const bool any = first;
    while (first) std::free(std::exchange(first, first->next));
    return any;
}

// By the system, whatever an allocator has already.
bool promised(std::size_t size) {
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return false;
    munmap(memory, size);
    return true;
}

void small_stacks() {
    pthread_attr_t attributes;
    if (pthread_getattr_default_np(&attributes) != 0) return;
    pthread_attr_setstacksize(&attributes, stack);
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
}

void tell(bool is_short) {
    if (std::exchange(reserve.short_of_it, is_short) == is_short) return;
    if (is_short)
        log::warning("out of memory: what is new is refused until there is some again; {}", advice);
    else
        log::warning("there is memory again");
}

bool look() {
    void* volatile beside = std::malloc(room); // volatile: or the compiler may leave it out
    if (beside) fill();
    std::free(beside);
    return beside && held() * 2 >= reserve.pieces;
}

} // namespace

void refuse() { throw std::bad_alloc(); }

void leave() {
    std::fprintf(stderr, "Fatal error: out of memory; %s\n", advice);
    std::_Exit(EXIT_FAILURE);
}

Status hold(std::size_t size, std::size_t start, void (*exhausted)()) {
    reserve.pieces = (size + Piece::size - 1) / Piece::size;
    reserve.exhausted = exhausted;
    mallopt(M_MMAP_THRESHOLD, Piece::size / 2);
    small_stacks();
    std::set_new_handler([] {
        if (!give()) reserve.exhausted();
    });
    const bool had = promised(size + start);
    if (had) fill();
    if (!had || held() < reserve.pieces)
        return Error{fmt::format("out of memory: a start needs {} MB; {}", (size + start) >> 20, advice), ENOMEM};
    return {};
}

// Half of it will do: what an allocator has once had it doesn't give back whole, and the process would be short for ever. Not
// at once: then the half would soon be a quarter.
bool enough() {
    if (!reserve.pieces) return true;
    if (reserve.short_of_it && BootClock::now() < reserve.look_again) return false;
    const bool is = look();
    if (!is) {
        give();
        reserve.look_again = BootClock::now() + pause;
    }
    tell(!is);
    return is;
}

} // namespace rtpengine::memory
