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

// The callee's handshake, from where its media will come.
Result<SrtpKeys> shake(const Topology& hosts, const DtlsClient& client, std::uint32_t call, const CallPorts& ports) {
    Result<SrtpKeys> keys = Error{"no handshake"};
    const auto done = hosts.callee.within([&]() -> Status {
        auto socket = party_socket(Side::callee, call, ports.toward[int(Side::callee)]);
        if (!socket) return socket.error();
        keys = client.shake(socket->get());
        return {};
    });
    return done ? keys : Result<SrtpKeys>(done.error());
}

Status set_up_call(NgClient& ng, const Topology& hosts, const DtlsClient* client, std::uint32_t call, Traffic& traffic, const Options& options) {
    auto ports = ng.set_up(call, {options.two_interfaces, options.srtp, client});
    if (!ports) return ports.error();
    if (auto used = traffic.use_ports(call, *ports); !used || !client) return used;
    const auto keys = shake(hosts, *client, call, *ports);
    return keys ? traffic.use_keys(call, *keys) : Status(keys.error());
}

Status set_up_calls(Clients& clients, const Topology& hosts, Traffic& traffic, const Options& options) {
    std::optional<DtlsClient> client;
    if (options.dtls) {
        auto made = DtlsClient::create();
        if (!made) return made.error();
        client = *std::move(made);
    }
    for (std::uint32_t call = 0; call < options.calls(); ++call) {
        auto& ng = clients[call % clients.size()];
        if (auto made = set_up_call(ng, hosts, client ? &*client : nullptr, call, traffic, options); !made)
            return Error{fmt::format("call {}: {}", call, made.error().message)};
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
    if (auto set_up = set_up_calls(*clients, hosts, traffic, options); !set_up) return set_up;
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
