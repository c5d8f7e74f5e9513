// SPDX-License-Identifier: Apache-2.0
#include "bench/forward/round.h"

#include "bench/forward/calls.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>

namespace rtpengine::bench {
namespace {

// Udp RcvbufErrors of a host.
std::uint64_t receive_drops(const Netns& host) {
    std::uint64_t drops = 0;
    (void)host.within([&]() -> Status {
        std::ifstream file("/proc/thread-self/net/snmp");
        std::string names, values;
        while (std::getline(file, names) && std::getline(file, values)) {
            if (!names.starts_with("Udp:")) continue;
            std::istringstream name_list(names), value_list(values);
            for (std::string name, value; name_list >> name && value_list >> value;)
                if (name == "RcvbufErrors") drops = std::stoull(value);
        }
        return {};
    });
    return drops;
}

template <class DaemonCpu>
Measurement measured_run(const Topology& hosts, Traffic& traffic, const Options& options, DaemonCpu daemon_cpu) {
    Measurement result;
    const auto drops = receive_drops(hosts.caller) + receive_drops(hosts.callee);
    const auto before = sample_cpu(daemon_cpu());
    Tally tally = traffic.run({options.rate, options.seconds, options.burst}, false);
    result.cpu = sample_cpu(daemon_cpu()) - before;
    result.generator_drops = receive_drops(hosts.caller) + receive_drops(hosts.callee) - drops;
    result.sent = tally.sent;
    result.received = tally.received;
    result.misdelivered = tally.misdelivered + tally.duplicates_or_strays;
    result.shares = tally.shares;
    result.seconds = options.seconds;
    result.late_ms = double(tally.latest_tick_ns) / 1e6;
    result.p50_us = tally.percentile_us(0.5);
    result.p99_us = tally.percentile_us(0.99);
    result.p999_us = tally.percentile_us(0.999);
    return result;
}

Result<Measurement> measure_running(const Daemon& running, const Topology& hosts, Traffic& traffic,
                                    const Options& options) {
    const Tally warm_up = traffic.run({options.rate, options.warm_up_seconds, options.burst}, true);
    auto result = measured_run(hosts, traffic, options, [&] { return running.cpu_ns(); });
    result.lost_warming_up = warm_up.lost();
    result.misdelivered += warm_up.misdelivered + warm_up.duplicates_or_strays;
    return result;
}

double per_packet_us(std::uint64_t turn_ns, std::uint64_t calibration_ns, const Measurement& turn,
                     const Measurement& calibration) {
    // Calibration scaled to the packets of this turn.
    const double own = double(calibration_ns) * double(turn.sent) / double(std::max<std::uint64_t>(1, calibration.sent));
    return (double(turn_ns) - own) / 1000 / double(std::max<std::uint64_t>(1, turn.received));
}

} // namespace

double Measurement::share_of_cpus_stolen() const {
    return double(cpu.stolen) / 1e9 / (seconds * double(::sysconf(_SC_NPROCESSORS_ONLN)));
}

double Measurement::share_of_cpus_elsewhere() const {
    const auto ours = cpu.daemon + cpu.generator + cpu.softirq;
    if (cpu.machine_busy <= ours) return 0;
    return double(cpu.machine_busy - ours) / 1e9 / (seconds * double(::sysconf(_SC_NPROCESSORS_ONLN)));
}

Cost cost(const Measurement& turn, const Measurement& calibration) {
    const auto ours = [](const CpuSample& cpu) { return cpu.daemon + cpu.generator + cpu.softirq; };
    return {per_packet_us(turn.cpu.machine_busy, calibration.cpu.machine_busy, turn, calibration),
            per_packet_us(ours(turn.cpu), ours(calibration.cpu), turn, calibration),
            per_packet_us(turn.cpu.daemon, 0, turn, calibration)};
}

Measurement calibrate(const Topology& hosts, Traffic& traffic, const Options& options) {
    traffic.go_direct();
    return measured_run(hosts, traffic, options, [] { return std::uint64_t(0); });
}

Result<Measurement> measure(const Candidate& daemon, const Topology& hosts, Traffic& traffic,
                            const Options& options) {
    Result<Measurement> result = Error{"not measured"};
    const auto done = with_calls(daemon, hosts, traffic, options, [&](const Daemon& running) -> Status {
        result = measure_running(running, hosts, traffic, options);
        return result ? Status() : Status(result.error());
    });
    return done ? result : Result<Measurement>(done.error());
}

} // namespace rtpengine::bench
