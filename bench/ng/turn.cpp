// SPDX-License-Identifier: Apache-2.0
#include "bench/ng/turn.h"

#include "bench/common/daemon.h"
#include "bench/common/ng_client.h"

#include <fmt/format.h>
#include <limits>
#include <poll.h>

namespace rtpengine::bench {
namespace {

constexpr double ready_seconds = 15;
constexpr double no_limit = 600; // of calls that are counted, not timed
constexpr std::uint32_t many = std::numeric_limits<std::int32_t>::max();
constexpr std::uint32_t first_calls = 10; // what is allocated once is allocated by them
constexpr int settle_steps = 50, settle_ms = 20;
const std::vector<Verb> set_up{Verb::offer, Verb::answer}, tear_down{Verb::remove},
    whole{Verb::offer, Verb::answer, Verb::remove};

void add(Turn& turn, const Answers& answers) {
    turn.wrong += answers.wrong;
    turn.repeated += answers.repeated;
    if (turn.first_fault.empty()) turn.first_fault = answers.first_fault;
}

// What a daemon closes after it has answered may take it a moment.
Holding when_descriptors_are(std::uint64_t expected, pid_t pid) {
    auto now = holding(pid);
    for (int i = 0; i < settle_steps && now.descriptors != expected; ++i) {
        ::poll(nullptr, 0, settle_ms);
        now = holding(pid);
    }
    return now;
}

void measure_idle(Load& load, pid_t pid, const Options& options, Turn& turn) {
    add(turn, load.run(whole, 0, first_calls, no_limit));
    turn.idle.calls = options.idle_calls;
    turn.idle.before = holding(pid);
    const auto slab = std::int64_t(kernel_slab());
    add(turn, load.run(set_up, first_calls, options.idle_calls, no_limit));
    turn.idle.slab = std::int64_t(kernel_slab()) - slab;
    turn.idle.with = holding(pid);
    add(turn, load.run(tear_down, first_calls, options.idle_calls, no_limit));
    turn.idle.after = when_descriptors_are(turn.idle.before.descriptors, pid);
}

void measure_busy(Load& load, const Daemon& running, const Options& options, Turn& turn) {
    const auto first = first_calls + options.idle_calls;
    const auto warm_up = load.run(whole, first, many, options.warm_up_seconds);
    add(turn, warm_up);
    const auto before = sample_cpu(running.cpu_ns());
    turn.busy = load.run(whole, first + std::uint32_t(warm_up.requests), many, options.seconds);
    turn.cpu = sample_cpu(running.cpu_ns()) - before;
    add(turn, turn.busy);
    const auto left = when_descriptors_are(turn.idle.before.descriptors, running.pid());
    turn.descriptors_left = std::int64_t(left.descriptors) - std::int64_t(turn.idle.before.descriptors);
}

Result<Turn> measure_running(const Daemon& running, const Topology& hosts, const Options& options) {
    auto ng = NgClient::connect(hosts.proxy, ng_port);
    if (!ng) return ng.error();
    if (auto ready = ng->wait_ready(ready_seconds); !ready) return ready.error();
    auto load = Load::connect(hosts.proxy, ng_port, options.in_flight, options.srtp);
    if (!load) return load.error();
    Turn turn;
    measure_idle(*load, running.pid(), options, turn);
    measure_busy(*load, running, options, turn);
    return turn;
}

} // namespace

Result<Turn> measure(const Candidate& daemon, const Topology& hosts, const Options& options) {
    auto running = Daemon::start(daemon.command, hosts.proxy, false);
    if (!running) return running.error();
    auto result = measure_running(*running, hosts, options);
    auto stopped = running->stop();
    if (result && stopped) return result;
    const auto& error = result ? stopped.error() : result.error();
    return Error{fmt::format("{}: {}\n--- its log ends with:\n{}", daemon.name, error.message, running->log_tail())};
}

} // namespace rtpengine::bench
