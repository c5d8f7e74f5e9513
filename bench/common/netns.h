// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/fd.h"
#include "common/base/result.h"

#include <functional>
#include <string>
#include <vector>

namespace rtpengine::bench {

// A network namespace without a name: it lives as long as a descriptor or a process in it, so nothing is
// left behind however this program ends.
class Netns {
  public:
    static Result<Netns> create();

    // Runs `work` with the calling thread inside the namespace.
    Status within(const std::function<Status()>& work) const;
    // Commands for `ip -batch`, one a line.
    Status ip(const std::string& commands) const { return feed({"ip", "-batch", "-"}, commands); }
    // Runs a program that reads `input`.
    Status feed(const std::vector<const char*>& program, const std::string& input) const;
    // What a program prints; "" if it fails.
    std::string output(const std::vector<const char*>& program) const;
    // Enters for good: for a child between fork and exec.
    bool enter() const;
    // A path that other programs can open while this process lives.
    std::string path() const;

  private:
    explicit Netns(Fd fd) : fd_(std::move(fd)) {}
    [[noreturn]] void become(const std::vector<const char*>& program) const;
    Fd fd_;
};

} // namespace rtpengine::bench
