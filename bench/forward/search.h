// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/forward/options.h"
#include "bench/forward/traffic.h"

namespace rtpengine::bench {

// The highest rate at which a daemon lost nothing.
struct Highest {
    double packets_per_second = 0;
    unsigned tries = 0;
    bool of_generator = false; // the generator could not send faster: the daemon's own is higher
};

// Starts the daemon with all calls and tries rates: half as much again until packets are lost, then between the last two.
Result<Highest> search(const Candidate& daemon, const Topology& hosts, Traffic& traffic, const Options& options);

} // namespace rtpengine::bench
