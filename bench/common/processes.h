// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace rtpengine::bench {

struct Process {
    pid_t pid = 0;
    pid_t parent = 0;
    std::string name;
};

std::vector<Process> all_processes();
// A process and all its descendants.
std::vector<pid_t> process_tree(pid_t root);

// What a process tree holds at a moment.
struct Holding {
    std::uint64_t memory = 0;      // proportional set size, bytes: shared pages count once
    std::uint64_t descriptors = 0;
};
Holding holding(pid_t root);

// The kernel's own small objects, the whole machine's: sockets and what belongs to them. Bytes.
std::uint64_t kernel_slab();

} // namespace rtpengine::bench
