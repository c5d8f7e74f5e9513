// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/intake.h"

#include <ctime>
#include <utility>

#include <sys/timerfd.h>
#include <unistd.h>

namespace rtpengine::dataplane {

namespace {

constexpr std::uint64_t span_ns = 100'000'000;

std::uint64_t read_ns(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

} // namespace

Intake::Intake(uv::Loop& loop, const std::vector<int>& descriptors, std::function<bool()> work)
    : work_(std::move(work)), timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      on_tick_(loop, timer_.get(), [this] { ticked(); }), next_round_(loop, [this] { woken(); }) {
    on_tick_.pause();
    for (const int descriptor : descriptors)
        on_packets_.push_back(std::make_unique<uv::Poll>(loop, descriptor, [this] { woken(); }));
    watch_packets(false);
}

void Intake::start() { watch_packets(true); }

void Intake::watch_packets(bool on) {
    for (auto& poll : on_packets_)
        on ? poll->resume() : poll->pause();
}

void Intake::woken() {
    work_() ? next_round_.start() : next_round_.stop();
    const auto now = read_ns(CLOCK_MONOTONIC), span = now - span_start_ns_;
    if (span < span_ns) return;
    const auto cpu = read_ns(CLOCK_THREAD_CPUTIME_ID);
    const auto used = static_cast<double>(cpu - span_cpu_ns_) / static_cast<double>(span);
    span_start_ns_ = now;
    span_cpu_ns_ = cpu;
    if (gathering_ ? used < calm : used >= busy) set_gathering(!gathering_);
}

void Intake::ticked() {
    std::uint64_t expirations;
    if (read(timer_.get(), &expirations, sizeof expirations) > 0) woken();
}

void Intake::set_gathering(bool on) {
    gathering_ = on;
    itimerspec times{};
    if (on) times.it_interval.tv_nsec = times.it_value.tv_nsec = interval_us * 1000;
    timerfd_settime(timer_.get(), 0, &times, nullptr);
    watch_packets(!on);
    on ? on_tick_.resume() : on_tick_.pause();
}

} // namespace rtpengine::dataplane
