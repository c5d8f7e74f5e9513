// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "common/base/fd.h"
#include "dataplane/offload/offload.h"

namespace rtpengine::offload {

// A table of the kernel module xt_RTPENGINE.
class Kmod final : public Offload {
  public:
    // `control`: /proc/rtpengine/N/control, on which HELLO has been said. `list`: /proc/rtpengine/N/blist,
    // ours alone. `message`: at least message_capacity bytes, aligned to 8, that outlive us and, for
    // latest_answer(), the process.
    Kmod(int table, Fd control, Fd list, std::span<unsigned char> message);

    std::string name() const override;
    Result<std::optional<State>> push(const Rule& rule, const Sources& sources) override;
    Result<std::optional<State>> withdraw(const Key& key) override;
    Result<State> get(const Key& key) override;
    Status list(const Visit& visit) override;
    std::optional<State> latest_answer() const override { return answered(message_); }
    std::string if_bypassed() const override;

  private:
    // 0, or an errno.
    int call(unsigned char* message);

    int table_;
    Fd control_, list_;
    std::span<unsigned char> message_;
    std::vector<unsigned char> listing_; // in memory between the calls, so that nothing grows once a second
};

} // namespace rtpengine::offload
