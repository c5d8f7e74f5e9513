// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "link.pb.h"

namespace rtpengine::supervisor {

struct ChildStatus {
    std::string name, kind, state, detail;
    std::int64_t pid = 0;                   // 0: no process
    std::uint64_t restarts = 0, uptime = 0; // uptime in seconds
    std::string instance = {};              // empty: of all
    std::uint64_t cpu_ms = 0;               // user and system, of the process
    link::Turns turns = {};                 // of its loop
};

// Of an instance.
struct KernelStatus {
    std::int32_t table = -1;
    std::string state = "off"; // "off": userspace was asked for; "open"; "bpf"; "failed": userspace for want of it
    std::string detail;
};

// What changes what runs: operation/operations.h.
struct OperationStatus {
    std::string name, step;     // "reload", "standing by"; "waiting": for its turn
    std::string of;             // the child that the step is for; empty: all
    std::int64_t since = 0, step_since = 0; // by the wall clock, seconds since 1970
};

struct SupervisorStatus {
    std::string version;
    std::int64_t pid = 0;
    std::uint64_t uptime = 0;    // seconds, of all executions
    std::int64_t executions = 0; // before this one
    std::vector<ChildStatus> children;
    std::vector<KernelStatus> kernel;        // by instance
    std::vector<std::string> unguarded;      // by instance: Instance::unguarded()
    std::map<std::string, std::uint64_t> calls; // by instance's name, as control said last
    std::vector<std::string> away;           // media addresses that this host has lost
    link::Turns turns = {};                  // of the supervisor itself
    std::vector<OperationStatus> operations = {}; // that go on; the one that has the turn first
};

// The answer to `status`, JSON.
std::string status_json(const SupervisorStatus& status, const link::ControlConfig& config);

} // namespace rtpengine::supervisor
