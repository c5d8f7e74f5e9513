// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/cpu.h"
#include "bench/forward/options.h"
#include "bench/forward/traffic.h"

#include <cstdint>
#include <vector>

namespace rtpengine::bench {

// One stretch of measured traffic.
struct Measurement {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t lost_warming_up = 0; // while endpoints were learned
    std::uint64_t misdelivered = 0;
    std::uint64_t generator_drops = 0; // full receive buffers in the callers' and callees' hosts
    double seconds = 0;
    double late_ms = 0; // the generator's worst lag behind its schedule
    std::vector<Share> shares; // by instance
    double p50_us = 0, p99_us = 0, p999_us = 0;
    CpuSample cpu;

    std::uint64_t lost() const { return sent - received; }
    double share_of_cpus_stolen() const;
    double share_of_cpus_elsewhere() const; // neither daemon nor generator: spoils Cost::machine_us
};

// CPU of one forwarded packet in microseconds: a turn with a daemon less the calibration of the same round.
struct Cost {
    double machine_us = 0;   // everything the machine did
    double processes_us = 0; // daemon, generator and ksoftirqd only: holds while other programs run too
    double daemon_us = 0;    // the daemon's own processes
};
Cost cost(const Measurement& turn, const Measurement& calibration);

// The generator alone, over a direct link.
Measurement calibrate(const Topology& hosts, Traffic& traffic, const Options& options);
// Starts the daemon, sets up all calls, measures, deletes them and stops it.
Result<Measurement> measure(const Candidate& daemon, const Topology& hosts, Traffic& traffic,
                            const Options& options);

} // namespace rtpengine::bench
