// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/gatherer.h"

#include <ctime>

#include <sys/timerfd.h>
#include <unistd.h>

namespace rtpengine::dataplane {

namespace {

// Packets are counted over spans of 10 ms.
constexpr std::uint64_t span_us = 10'000;
constexpr unsigned span_ticks = span_us / Gatherer::interval_us;
constexpr std::size_t busy_packets = 50; // 5,000 a second: begin to gather
constexpr std::size_t calm_packets = 20; // 2,000 a second, or fewer, in each of
constexpr unsigned calm_spans = 5;       // the last so many: stop it

std::uint64_t monotonic_us() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(time.tv_nsec) / 1000;
}

} // namespace

Gatherer::Gatherer(uv::Loop& loop, int descriptor, std::function<Done()> work)
    : work_(std::move(work)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      on_packets_(loop, descriptor, [this] { woken(); }),
      on_tick_(loop, timer_.get(), [this] { ticked(); }) {
    on_tick_.pause();
}

void Gatherer::woken() {
    const auto done = work_();
    packets_ += done.packets;
    const auto now = monotonic_us();
    const auto span = now - span_start_us_;
    if (done.unfinished) return set_gathering(true); // a tick goes on with it
    if (span < span_us) return;
    const bool busy = span < 2 * span_us && packets_ >= busy_packets;
    span_start_us_ = now;
    packets_ = 0;
    if (busy) set_gathering(true);
}

void Gatherer::ticked() {
    std::uint64_t expirations;
    if (read(timer_.get(), &expirations, sizeof expirations) < 0) return;
    const auto done = work_();
    packets_ += done.packets;
    if (++ticks_ < span_ticks) return;
    calm_ = packets_ <= calm_packets && !done.unfinished ? calm_ + 1 : 0;
    ticks_ = 0;
    packets_ = 0;
    if (calm_ >= calm_spans) set_gathering(false);
}

void Gatherer::set_gathering(bool on) {
    calm_ = ticks_ = 0;
    packets_ = 0;
    itimerspec times{};
    if (on) times.it_interval.tv_nsec = times.it_value.tv_nsec = interval_us * 1000;
    timerfd_settime(timer_.get(), 0, &times, nullptr);
    on ? on_packets_.pause() : on_packets_.resume();
    on ? on_tick_.resume() : on_tick_.pause();
}

} // namespace rtpengine::dataplane
