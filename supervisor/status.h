// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "link.pb.h"

namespace rtpengine::supervisor {

struct ChildStatus {
    std::string name, kind, state, detail;
    std::int64_t pid = 0;                   // 0: no process
    std::uint64_t restarts = 0, uptime = 0; // uptime in seconds
};

struct SupervisorStatus {
    std::string version;
    std::int64_t pid = 0;
    std::uint64_t uptime = 0; // seconds
    std::vector<ChildStatus> children;
};

// The answer to `status`, JSON.
std::string status_json(const SupervisorStatus& status, const link::ControlConfig& config);

} // namespace rtpengine::supervisor
