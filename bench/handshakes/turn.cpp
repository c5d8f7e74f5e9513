// SPDX-License-Identifier: Apache-2.0
#include "bench/handshakes/turn.h"

#include "bench/common/daemon.h"
#include "bench/common/ng_client.h"

#include <atomic>
#include <chrono>
#include <fmt/format.h>
#include <mutex>
#include <thread>

namespace rtpengine::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double ready_seconds = 15;
constexpr unsigned openssl_times = 200;

struct Faults {
    std::mutex lock;
    std::uint64_t count = 0;
    std::string first;

    void add(const Error& fault) {
        const std::lock_guard held(lock);
        if (++count == 1) first = fault.message;
    }
};

Status one_call(NgClient& ng, std::uint32_t call, const DtlsClient& client, bool shakes) {
    auto ports = ng.set_up(call, {.dtls = &client});
    if (!ports) return ports.error();
    if (shakes) {
        auto socket = party_socket(Side::callee, call, ports->toward[int(Side::callee)]);
        if (!socket) return socket.error();
        if (auto keys = client.shake(socket->get()); !keys) return keys.error();
    }
    return ng.remove(call);
}

// Calls one after another; a thread of its own each.
void work(const Topology& hosts, std::atomic<std::uint32_t>& next, const DtlsClient& client, bool shakes, Clock::time_point end,
          std::atomic<std::uint64_t>& done, Faults& faults) {
    auto ng = NgClient::connect(hosts.proxy, ng_port);
    if (!ng) return faults.add(ng.error());
    const auto worked = hosts.callee.within([&]() -> Status {
        while (Clock::now() < end) {
            const auto call = next++ % (max_calls - 1) + 1;
            if (auto made = one_call(*ng, call, client, shakes); made) ++done;
            else faults.add(made.error());
        }
        return {};
    });
    if (!worked) faults.add(worked.error());
}

Calls run(const Daemon& running, const Topology& hosts, const DtlsClient& client, const Options& options, bool shakes, Faults& faults) {
    static std::atomic<std::uint32_t> next{0};
    std::atomic<std::uint64_t> done{0};
    const auto before = running.cpu_ns();
    const auto start = Clock::now();
    const auto end = start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options.seconds));
    std::vector<std::thread> threads;
    for (std::uint32_t i = 0; i < options.in_flight; ++i)
        threads.emplace_back([&] { work(hosts, next, client, shakes, end, done, faults); });
    for (auto& thread : threads) thread.join();
    return {done, std::chrono::duration<double>(Clock::now() - start).count(), running.cpu_ns() - before};
}

Result<Turn> measure_running(const Daemon& running, const Topology& hosts, const DtlsClient& client, const Options& options) {
    auto ng = NgClient::connect(hosts.proxy, ng_port);
    if (!ng) return ng.error();
    if (auto ready = ng->wait_ready(ready_seconds); !ready) return ready.error();
    const auto openssl = client.passive_cpu_ns(openssl_times);
    if (!openssl) return openssl.error();
    Turn turn;
    Faults faults;
    turn.openssl_ns = *openssl;
    turn.shaking = run(running, hosts, client, options, true, faults);
    turn.silent = run(running, hosts, client, options, false, faults);
    turn.failed = faults.count;
    turn.first_fault = faults.first;
    return turn;
}

double per_call_us(const Calls& calls) { return calls.done ? double(calls.daemon_ns) / 1000 / double(calls.done) : 0; }

} // namespace

double Turn::handshake_us() const { return per_call_us(shaking) - per_call_us(silent); }

Result<Turn> measure(const Candidate& daemon, const Topology& hosts, const DtlsClient& client, const Options& options) {
    auto running = Daemon::start(daemon.command, hosts.proxy, false);
    if (!running) return running.error();
    auto result = measure_running(*running, hosts, client, options);
    auto stopped = running->stop();
    if (result && stopped) return result;
    const auto& error = result ? stopped.error() : result.error();
    return Error{fmt::format("{}: {}\n--- its log ends with:\n{}", daemon.name, error.message, running->log_tail())};
}

} // namespace rtpengine::bench
