// SPDX-License-Identifier: Apache-2.0
#include "supervisor/notify.h"

#include <algorithm>
#include <ctime>

#include <systemd/sd-daemon.h>
#include <unistd.h>

namespace rtpengine::supervisor {

void notify_ready(const std::string& status) {
    sd_notifyf(0, "READY=1\nMAINPID=%d\nSTATUS=%s", getpid(), status.c_str());
}

void notify_reloading() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld",
               static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000);
}

void notify_status(const std::string& status) {
    sd_notifyf(0, "STATUS=%s", status.c_str());
}

void notify_stopping() {
    sd_notify(0, "STOPPING=1");
}

std::unique_ptr<uv::Timer> start_watchdog(uv::Loop& loop) {
    std::uint64_t limit_us = 0;
    if (sd_watchdog_enabled(0, &limit_us) <= 0) return nullptr;
    auto timer = std::make_unique<uv::Timer>(loop, [] { sd_notify(0, "WATCHDOG=1"); });
    timer->start_ms(0, std::max<std::uint64_t>(limit_us / 2000, 1));
    return timer;
}

} // namespace rtpengine::supervisor
