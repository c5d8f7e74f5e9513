// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include "common/base/fd.h"
#include "common/base/result.h"

namespace rtpengine::supervisor {

// A process to start: `executable --config-fd=N --name=NAME` (or another option), in a process group of its own (so that a Ctrl-C
// reaches the supervisor alone), with default signals and only the descriptors named here.
struct Process {
    std::string executable, name;
    std::string config;         // bytes behind --config-fd
    std::vector<int> inherited; // under the numbers they have here
    int output = -1;            // its stdout and stderr; -1: ours
    std::string option = "--config-fd=";
};

Result<pid_t> spawn(const Process& process);

// A memory file with these bytes, close-on-exec.
Result<Fd> memory_file(const std::string& bytes);

// Where the program that runs was found when it was started; "" if that can't be told.
std::string own_executable();

// The children's, beside our own executable, else in the directory they are installed to.
struct Programs {
    std::string control, worker;
    std::string edge; // empty: it isn't there, which matters to who wants one only
};
Result<Programs> find_programs();

// Its user and system time so far; 0: there is no such process.
std::uint64_t cpu_ms(pid_t pid);

// Readable when the process is gone; empty on error, errno says why.
Fd open_pidfd(pid_t pid);

} // namespace rtpengine::supervisor
