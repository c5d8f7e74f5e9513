// SPDX-License-Identifier: Apache-2.0
// Ports that their workers have open for nobody yet: what arrives there waits for the rule of a call.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <vector>

#include "control/ports/interfaces.h"

namespace rtpengine::call {

struct DarkPort {
    std::uint64_t id; // of the worker's stream
    std::shared_ptr<ports::Lease> lease;
};

// In a row at one address.
struct DarkRun {
    ports::LocalAddress* local;
    std::vector<DarkPort> ports;
};

inline unsigned worker_of(const DarkRun& run) { return run.local->worker(run.ports.front().lease->port()); }

// Moved from one owner to another without an allocation.
using DarkRuns = std::list<DarkRun>;

inline std::size_t count_ports(const DarkRuns& runs) {
    std::size_t count = 0;
    for (const auto& run : runs) count += run.ports.size();
    return count;
}

} // namespace rtpengine::call
