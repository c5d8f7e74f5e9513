// SPDX-License-Identifier: Apache-2.0
// What counting a loop's turns costs: CPU time of a turn that does nothing, of our loop and of libuv's alone, taking turns.
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include <uv.h>

#include "common/uv/loop.h"

namespace {

constexpr unsigned turns = 200'000, rounds = 15;

double cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

template <class Run> double ns_a_turn(Run run) {
    const auto began = cpu_ns();
    run();
    return (cpu_ns() - began) / turns;
}

double ours() {
    rtpengine::uv::Loop loop;
    unsigned left = turns;
    rtpengine::uv::Idle idle(loop, [&] {
        if (!--left) loop.stop();
    });
    idle.start();
    return ns_a_turn([&] { loop.run(); });
}

double plain() {
    uv_loop_t loop;
    if (uv_loop_init(&loop) != 0) return 0;
    unsigned left = turns;
    uv_idle_t idle;
    uv_idle_init(&loop, &idle);
    idle.data = &left;
    uv_idle_start(&idle, [](uv_idle_t* handle) {
        if (!--*static_cast<unsigned*>(handle->data)) uv_idle_stop(handle);
    });
    const auto ns = ns_a_turn([&] { uv_run(&loop, UV_RUN_DEFAULT); });
    uv_close(reinterpret_cast<uv_handle_t*>(&idle), nullptr);
    uv_run(&loop, UV_RUN_NOWAIT);
    uv_loop_close(&loop);
    return ns;
}

double clock_alone() {
    return ns_a_turn([] {
        for (unsigned i = 0; i < turns; ++i) cpu_ns();
    });
}

template <class Rounds> double median(Rounds& of) {
    std::sort(of.begin(), of.end());
    return of[of.size() / 2];
}

} // namespace

int main() {
    std::array<double, rounds> counted{}, bare{}, clock{};
    for (unsigned i = 0; i < rounds; ++i) counted[i] = ours(), bare[i] = plain(), clock[i] = clock_alone();
    std::printf("an empty turn: %.0f ns, of libuv alone: %.0f ns; reading the thread's CPU clock: %.0f ns (medians of %u rounds)\n",
                median(counted), median(bare), median(clock), rounds);
}
