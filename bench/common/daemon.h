// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/topology.h"

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace rtpengine::bench {

constexpr std::uint16_t ng_port = 2223;

// A daemon under test, running inside the proxy's host in a process group of its own.
class Daemon {
  public:
    // `command` is an ordinary command line; interfaces, NG address and ports are appended to it.
    static Result<Daemon> start(const std::string& command, const Netns& proxy, bool two_interfaces);
    Daemon(Daemon&& other) noexcept
        : pid_(std::exchange(other.pid_, -1)), log_path_(std::move(other.log_path_)) {}
    Daemon& operator=(Daemon&&) = delete;
    ~Daemon();

    pid_t pid() const { return pid_; }
    // CPU time of all its processes and threads so far, nanoseconds.
    std::uint64_t cpu_ns() const;
    // The end of what it wrote to its log.
    std::string log_tail() const;
    // SIGTERM, then SIGKILL after five seconds; an error if that was needed or it had died before.
    Status stop();

  private:
    Daemon(pid_t pid, std::string log_path) : pid_(pid), log_path_(std::move(log_path)) {}
    pid_t pid_;
    std::string log_path_;
};

} // namespace rtpengine::bench
