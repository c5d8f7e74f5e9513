// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h"

namespace rtpengine::supervisor::kernel {

// The kernel module as its files show it; tests have one of their own. Errors name the file and carry an
// errno.
class Module {
  public:
    virtual ~Module() = default;
    virtual Status add(int table) = 0;
    virtual Status remove(int table) = 0;
    virtual Result<Fd> open_control(int table) = 0; // write-only
    virtual Result<Fd> open_list(int table) = 0;    // read-only, the binary one
    virtual Result<std::string> status(int table) = 0;
    // The answer is left in `message`, with EPROTO too.
    virtual Status hello(const Fd& control, rtpengine_hello& message) = 0;
};

// The one that is loaded, in the network namespace we are in.
class ProcModule : public Module {
  public:
    explicit ProcModule(std::string root = "/proc/rtpengine") : root_(std::move(root)) {}
    Status add(int table) override { return command("add", table); }
    Status remove(int table) override { return command("del", table); }
    Result<Fd> open_control(int table) override;
    Result<Fd> open_list(int table) override;
    Result<std::string> status(int table) override;
    Status hello(const Fd& control, rtpengine_hello& message) override;

  private:
    Status command(const std::string& verb, int table) const;
    std::string path(int table, const char* file) const;

    std::string root_;
};

} // namespace rtpengine::supervisor::kernel
