// SPDX-License-Identifier: Apache-2.0
#include "common/srtp/window.h"

#include <csignal>
#include <random>
#include <set>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace rtpengine::srtp;

namespace {

std::uint64_t guess_behind(std::uint64_t highest, std::uint16_t sequence) {
    Window window;
    use(window, highest);
    return guess(window, sequence);
}

} // namespace

TEST_CASE("an index is used once, and what is older than the window counts as used") {
    Window window;
    CHECK_FALSE(was_used(window, 0));
    use(window, 0);
    CHECK(was_used(window, 0));
    use(window, 127);
    CHECK(was_used(window, 0));
    CHECK_FALSE(was_used(window, 1));
    use(window, 128);
    CHECK(was_used(window, 0)); // too old now
    CHECK_FALSE(was_used(window, 1));
    use(window, 1);
    CHECK(was_used(window, 1));
    CHECK(window.next.get() == 129);
    use(window, 1000);
    for (std::uint64_t index = 1000 - 127; index < 1000; ++index) CHECK_FALSE(was_used(window, index));
    CHECK(was_used(window, 1000 - 128));
    CHECK(was_used(window, 1000));
    CHECK_FALSE(was_used(window, 1001));
}

TEST_CASE("what is too old for the window leaves no mark in it") {
    Window window;
    use(window, 1000);
    use(window, 900 - 128); // its place is that of 900
    CHECK_FALSE(was_used(window, 900));
}

TEST_CASE("a window does what a set does") {
    for (unsigned seed = 0; seed < 50; ++seed) {
        std::mt19937 random(seed);
        Window window;
        std::set<std::uint64_t> used;
        std::uint64_t next = 0, middle = random() % 1000;
        for (int step = 0; step < 2000; ++step) {
            middle += random() % 50 == 0 ? random() % 500 : random() % 3;
            const auto index = middle + random() % 150;
            if (index + Window::size >= next) used.insert(index);
            next = std::max(next, index + 1);
            use(window, index);
            const auto asked = middle + random() % 200;
            const bool expected = asked < next && (next - asked > Window::size || used.contains(asked));
            REQUIRE(was_used(window, asked) == expected);
        }
    }
}

TEST_CASE("a window goes to the kernel and comes back") {
    Window window;
    for (const std::uint64_t index : {500u, 497u, 440u, 373u}) use(window, index);
    const auto there = marks(window);
    CHECK(there.highest == 500);
    CHECK(there.used[0] == (1u | 1u << 3 | std::uint64_t{1} << 60));
    CHECK(there.used[1] == std::uint64_t{1} << 63);

    std::mt19937_64 random(1);
    for (int round = 0; round < 1000; ++round) {
        const Marks some{random() % (last_rtp_index + 1), {random() | 1, random()}};
        Window back;
        use(back, random() % 1000); // whatever was there
        set(back, some);
        const auto again = marks(back);
        CHECK(again.highest == some.highest);
        CHECK(again.used[0] == some.used[0]);
        CHECK(again.used[1] == some.used[1]);
        for (std::uint64_t n = 0; n < Window::size && n <= some.highest; ++n)
            REQUIRE(was_used(back, some.highest - n) == (some.used[n / 64] >> n % 64 & 1));
    }
}

TEST_CASE("the index of a sequence number: RFC 3711 section 3.3.1") {
    CHECK(guess(Window{}, 0xfffe) == 0xfffe); // the first one
    CHECK(guess_behind(0xfffe, 0xffff) == 0xffff);
    CHECK(guess_behind(0xfffe, 1) == 0x10001);
    CHECK(guess_behind(0x10001, 0xfffe) == 0xfffe);
    CHECK(guess_behind(0x10001, 2) == 0x10002);
    CHECK(guess_behind(0x7fff, 0xffff) == 0xffff);   // exactly half a turn: the same one
    CHECK(guess_behind(0x17fff, 0xffff) == 0x1ffff);
    CHECK(guess_behind(0x17ffe, 0xffff) == 0xffff);
    CHECK(guess_behind(0x18000, 0) == 0x10000);
    CHECK(guess_behind(0x18001, 0) == 0x20000);
    CHECK(guess_behind(5, 0xfff0) == 0xfff0);        // before the first turn there is nothing
    CHECK(guess_behind(last_rtp_index, 0) > last_rtp_index);
}

TEST_CASE("who is killed between any two stores leaves nothing unused that was used") {
    struct Shared {
        Window window;
        Counter done; // numbers of the sequence that were used
    };
    const auto index = [](std::uint64_t number) { // forward by leaps, and now and then back by less than the window
        const auto middle = number * 3 + number / 50 * 150;
        return number % 7 == 3 ? middle - std::min<std::uint64_t>(middle, number % 40) : middle;
    };
    std::mt19937 random(1);
    for (int round = 0; round < 100; ++round) {
        auto* const shared = static_cast<Shared*>(
            mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
        REQUIRE(shared != MAP_FAILED);
        new (shared) Shared{};
        const auto child = fork();
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (std::uint64_t number = 0;; ++number) {
                use(shared->window, index(number));
                detail::then();
                shared->done.set(number + 1);
            }
        }
        const auto enough = 1000 + random() % 20000;
        while (shared->done.get() < enough) {}
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        const auto done = shared->done.get();
        for (auto number = done - 100; number < done; ++number) REQUIRE(was_used(shared->window, index(number)));
        munmap(shared, sizeof(Shared));
    }
}
