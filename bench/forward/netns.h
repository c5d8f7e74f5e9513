// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/fd.h"
#include "common/base/result.h"

#include <functional>
#include <string>

namespace rtpengine::bench {

// A network namespace without a name: it lives as long as a descriptor or a process in it, so nothing is
// left behind however this program ends.
class Netns {
  public:
    static Result<Netns> create();

    // Runs `work` with the calling thread inside the namespace.
    Status within(const std::function<Status()>& work) const;
    // Commands for `ip -batch`, one a line.
    Status ip(const std::string& commands) const;
    // Enters for good: for a child between fork and exec.
    bool enter() const;
    // A path that other programs can open while this process lives.
    std::string path() const;

  private:
    explicit Netns(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
};

} // namespace rtpengine::bench
