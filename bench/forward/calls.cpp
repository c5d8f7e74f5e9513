// SPDX-License-Identifier: Apache-2.0
#include "bench/forward/calls.h"

#include "bench/common/ng_client.h"

#include <fmt/format.h>
#include <vector>

namespace rtpengine::bench {
namespace {

constexpr double ready_seconds = 15;

// A client for each instance.
using Clients = std::vector<NgClient>;

Result<Clients> connect(const Topology& hosts, const Options& options) {
    Clients clients;
    for (std::uint32_t instance = 0; instance < options.instances; ++instance) {
        auto client = NgClient::connect(hosts.proxy, std::uint16_t(ng_port + instance));
        if (!client) return client.error();
        if (auto ready = client->wait_ready(ready_seconds); !ready) return ready.error();
        clients.push_back(std::move(*client));
    }
    return clients;
}

Status set_up_calls(Clients& clients, Traffic& traffic, const Options& options) {
    for (std::uint32_t call = 0; call < options.calls(); ++call) {
        auto ports = clients[call % clients.size()].set_up(call, {options.two_interfaces, options.srtp});
        if (!ports) return Error{fmt::format("call {}: {}", call, ports.error().message)};
        if (auto used = traffic.use_ports(call, *ports); !used) return used;
    }
    return {};
}

Status remove_calls(Clients& clients, const Options& options) {
    for (std::uint32_t call = 0; call < options.calls(); ++call)
        if (auto removed = clients[call % clients.size()].remove(call); !removed) return removed;
    return {};
}

Status between(const Daemon& running, const Topology& hosts, Traffic& traffic, const Options& options,
               const std::function<Status(const Daemon&)>& work) {
    auto clients = connect(hosts, options);
    if (!clients) return clients.error();
    if (auto set_up = set_up_calls(*clients, traffic, options); !set_up) return set_up;
    if (auto done = work(running); !done) return done;
    return remove_calls(*clients, options);
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
