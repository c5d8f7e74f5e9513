// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <sys/types.h>

namespace rtpengine::bench {

// CPU time so far, nanoseconds.
struct CpuSample {
    std::uint64_t machine_busy = 0; // all CPUs, all of it: everything but idle, I/O wait and steal
    std::uint64_t stolen = 0;       // by the hypervisor: a measure of how far the rest can be trusted
    std::uint64_t generator = 0;    // this process
    std::uint64_t softirq = 0;      // ksoftirqd; soft interrupts elsewhere are in the process they interrupt
    std::uint64_t daemon = 0;

    CpuSample operator-(const CpuSample& from) const;
};

// `daemon_ns` is the daemon's own, see Daemon::cpu_ns.
CpuSample sample_cpu(std::uint64_t daemon_ns);

// CPU time of a process and all its descendants, all threads, nanoseconds.
std::uint64_t tree_cpu_ns(pid_t root);

} // namespace rtpengine::bench
