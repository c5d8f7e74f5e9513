// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/cpu.h"
#include "bench/common/processes.h"
#include "bench/ng/load.h"
#include "bench/ng/options.h"

namespace rtpengine::bench {

// What a daemon held before, with and after the idle calls.
struct Idle {
    Holding before, with, after;
    std::int64_t slab = 0; // bytes that the kernel's small objects grew by
    double calls = 0;
};

// One daemon's turn in a round.
struct Turn {
    Idle idle;
    Answers busy;
    CpuSample cpu; // while busy
    std::uint64_t wrong = 0, repeated = 0; // in all of it
    std::int64_t descriptors_left = 0;     // when all calls were gone
    std::string first_fault;
};

// Starts the daemon, measures and stops it.
Result<Turn> measure(const Candidate& daemon, const Topology& hosts, const Options& options);

} // namespace rtpengine::bench
