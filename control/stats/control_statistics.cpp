// SPDX-License-Identifier: Apache-2.0
#include "control/stats/control_statistics.h"

namespace rtpengine::stats {

namespace {

constexpr std::size_t max_proxies = 1024; // addresses can be made up by whoever reaches the port

void add(ProxyStatistics& to, std::size_t command, std::chrono::nanoseconds duration, bool failed) {
    ++to.commands[command].requests;
    to.commands[command].duration += duration;
    to.errors += failed;
}

} // namespace

void ControlStatistics::count(const Address& client, std::size_t command, std::chrono::nanoseconds duration,
                              bool failed) {
    add(totals_, command, duration, failed);
    if (auto* known = proxy(client)) add(*known, command, duration, failed);
}

void ControlStatistics::count_error(const Address& client) {
    ++totals_.errors;
    if (auto* known = proxy(client)) ++known->errors;
}

ProxyStatistics* ControlStatistics::proxy(const Address& client) {
    if (const auto known = proxies_.find(client); known != proxies_.end()) return &known->second;
    return proxies_.size() < max_proxies ? &proxies_[client] : nullptr;
}

} // namespace rtpengine::stats
