// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/gatherer.h"

#include <ctime>

#include <sys/timerfd.h>
#include <unistd.h>

namespace rtpengine::dataplane {

namespace {

constexpr std::uint64_t span_us = 10'000;
constexpr std::size_t busy_packets = 50; // in a span: 5,000 a second
constexpr std::size_t calm_packets = 2;  // in a tick: 4,000 a second
constexpr unsigned calm_ticks = 100;     // of the last ones: 50 ms

std::uint64_t monotonic_us() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(time.tv_nsec) / 1000;
}

} // namespace

Gatherer::Gatherer(uv::Loop& loop, int descriptor, std::function<std::size_t()> work)
    : work_(std::move(work)), timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      on_packets_(loop, descriptor, [this] { woken(); }), on_tick_(loop, timer_.get(), [this] { ticked(); }) {
    on_tick_.pause();
}

void Gatherer::woken() {
    packets_ += work_();
    const auto now = monotonic_us();
    if (now - span_start_us_ < span_us) return;
    const bool busy = now - span_start_us_ < 2 * span_us && packets_ >= busy_packets;
    span_start_us_ = now;
    packets_ = 0;
    if (busy) set_gathering(true);
}

void Gatherer::ticked() {
    std::uint64_t expirations;
    if (read(timer_.get(), &expirations, sizeof expirations) < 0) return;
    calm_ = work_() <= calm_packets ? calm_ + 1 : 0;
    if (calm_ >= calm_ticks) set_gathering(false);
}

void Gatherer::set_gathering(bool on) {
    gathering_ = on;
    calm_ = 0;
    itimerspec times{};
    if (on) times.it_interval.tv_nsec = times.it_value.tv_nsec = interval_us * 1000;
    timerfd_settime(timer_.get(), 0, &times, nullptr);
    on ? on_packets_.pause() : on_packets_.resume();
    on ? on_tick_.resume() : on_tick_.pause();
}

} // namespace rtpengine::dataplane
