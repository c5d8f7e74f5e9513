// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "handover.pb.h"
#include "supervisor/fleet.h"
#include "supervisor/reexec/execution.h"

namespace rtpengine::supervisor {

// The supervisor as a row of executions: what it leaves to the next program, and what it has from the one before.
class Succession {
  public:
    // `fleet` outlives it. `now_ms`: of the loop.
    Succession(Fleet& fleet, CommandLine command, std::uint64_t now_ms)
        : fleet_(fleet), command_(std::move(command)), started_ms_(now_ms) {}

    handover::Handover hand_over() const;
    // The children are ours from here on.
    void take_over(const handover::Handover& from);
    // Returns only if it failed. `hang_up`: somebody's SIGHUP has not been heeded yet; the next execution will.
    Error execute(bool hang_up) const;

    const std::string& executable() const { return command_.executable; }
    std::int64_t executions() const { return executions_; } // before this one
    std::uint64_t uptime_s(std::uint64_t now_ms) const { return (now_ms - started_ms_) / 1000; } // of all executions

  private:
    Fleet& fleet_;
    CommandLine command_;
    std::int64_t executions_ = 0;
    std::uint64_t started_ms_;
};

} // namespace rtpengine::supervisor
