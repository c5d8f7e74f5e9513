// SPDX-License-Identifier: Apache-2.0
#include "bench/forward/calls.h"

#include "bench/common/ng_client.h"

#include <fmt/format.h>

namespace rtpengine::bench {
namespace {

constexpr double ready_seconds = 15;

Status set_up_calls(NgClient& ng, Traffic& traffic, const Options& options) {
    for (std::uint32_t call = 0; call < options.streams / 2; ++call) {
        auto ports = ng.set_up(call, options.two_interfaces);
        if (!ports) return Error{fmt::format("call {}: {}", call, ports.error().message)};
        traffic.use_ports(call, *ports);
    }
    return {};
}

Status remove_calls(NgClient& ng, const Options& options) {
    for (std::uint32_t call = 0; call < options.streams / 2; ++call)
        if (auto removed = ng.remove(call); !removed) return removed;
    return {};
}

Status between(const Daemon& running, const Topology& hosts, Traffic& traffic, const Options& options,
               const std::function<Status(const Daemon&)>& work) {
    auto ng = NgClient::connect(hosts.proxy, ng_port);
    if (!ng) return ng.error();
    if (auto ready = ng->wait_ready(ready_seconds); !ready) return ready;
    if (auto set_up = set_up_calls(*ng, traffic, options); !set_up) return set_up;
    if (auto done = work(running); !done) return done;
    return remove_calls(*ng, options);
}

} // namespace

Status with_calls(const Candidate& daemon, const Topology& hosts, Traffic& traffic, const Options& options,
                  const std::function<Status(const Daemon&)>& work) {
    auto running = Daemon::start(daemon.command, hosts.proxy, options.two_interfaces);
    if (!running) return running.error();
    const auto done = between(*running, hosts, traffic, options, work);
    const auto stopped = running->stop();
    if (done && stopped) return {};
    const auto& error = done ? stopped.error() : done.error();
    return Error{fmt::format("{}: {}\n--- its log ends with:\n{}", daemon.name, error.message, running->log_tail())};
}

} // namespace rtpengine::bench
