// SPDX-License-Identifier: Apache-2.0
#include "bench/common/cpu.h"

#include "bench/common/processes.h"

#include <ctime>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace rtpengine::bench {
namespace {

namespace fs = std::filesystem;

std::uint64_t clock_ns(clockid_t id) {
    timespec now{};
    ::clock_gettime(id, &now);
    return std::uint64_t(now.tv_sec) * 1'000'000'000 + std::uint64_t(now.tv_nsec);
}

// sum of the first field (time on CPU, nanoseconds) of every thread's schedstat
std::uint64_t process_cpu_ns(pid_t pid) {
    std::uint64_t sum = 0;
    std::error_code gone;
    for (const auto& thread : fs::directory_iterator(fmt::format("/proc/{}/task", pid), gone)) {
        std::uint64_t on_cpu = 0;
        std::ifstream(thread.path() / "schedstat") >> on_cpu;
        sum += on_cpu;
    }
    return sum;
}

std::uint64_t ksoftirqd_ns() {
    static const auto threads = [] {
        std::vector<pid_t> pids;
        for (const auto& process : all_processes())
            if (process.name.starts_with("ksoftirqd/")) pids.push_back(process.pid);
        return pids;
    }();
    std::uint64_t sum = 0;
    for (const pid_t pid : threads) sum += process_cpu_ns(pid);
    return sum;
}

} // namespace

CpuSample CpuSample::operator-(const CpuSample& from) const {
    return {machine_busy - from.machine_busy, stolen - from.stolen, generator - from.generator,
            softirq - from.softirq, daemon - from.daemon};
}

CpuSample sample_cpu(std::uint64_t daemon_ns) {
    static const std::uint64_t ns_per_tick = 1'000'000'000 / std::uint64_t(::sysconf(_SC_CLK_TCK));
    static const std::uint64_t cpus = std::uint64_t(::sysconf(_SC_NPROCESSORS_ONLN));
    CpuSample sample;
    std::ifstream file("/proc/stat");
    std::string cpu;
    std::uint64_t user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
    file >> cpu >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal;
    // The idle figures are kept to the microsecond by the kernel while the busy ones are sampled at ticks,
    // which a paced generator can dodge; so busy is what is not idle.
    sample.stolen = steal * ns_per_tick;
    sample.machine_busy = clock_ns(CLOCK_MONOTONIC) * cpus - (idle + iowait + steal) * ns_per_tick;
    sample.generator = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    sample.softirq = ksoftirqd_ns();
    sample.daemon = daemon_ns;
    return sample;
}

std::uint64_t tree_cpu_ns(pid_t root) {
    std::uint64_t sum = 0;
    for (const pid_t pid : process_tree(root)) sum += process_cpu_ns(pid);
    return sum;
}

} // namespace rtpengine::bench
