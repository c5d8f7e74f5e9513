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
    Result<bool> list_some(const Visit& visit) override;
    std::optional<State> latest_answer() const override { return answered(message_); }
    std::string if_bypassed() const override;

  private:
    // 0, or an errno.
    int call(unsigned char* message);
    Result<bool> end_of_list(const Status& status);

    int table_;
    Fd control_, list_;
    std::span<unsigned char> message_;
    std::vector<unsigned char> listing_; // what was read of the list: its beginning is that of a state
    std::size_t listing_used_ = 0;
    std::int64_t listed_ = 0; // so far was read
};

} // namespace rtpengine::offload
