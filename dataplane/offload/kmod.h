// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "common/base/fd.h"
#include "dataplane/offload/abandoned.h"
#include "dataplane/offload/offload.h"

namespace rtpengine::offload {

// A table of the kernel module xt_RTPENGINE. The module keeps the counters of what is withdrawn until they are forgotten,
// and goes on with those of what is replaced: each command may be given again by a successor, so no answer can be lost.
class Kmod final : public Offload {
  public:
    // `control`: /proc/rtpengine/N/control, on which HELLO has been said. `list`: /proc/rtpengine/N/blist,
    // ours alone.
    Kmod(int table, Fd control, Fd list);

    std::string name() const override;
    bool secures() const override { return true; }
    Result<std::optional<Former>> push(const Rule& rule, const Start& start) override;
    Result<std::optional<Former>> withdraw(const Key& key) override;
    Result<State> get(const Key& key) override;
    Result<std::optional<State>> collect(const Key& key) override;
    void forget(const Key& key) override;
    // But those that are withdrawn.
    Result<bool> list_some(const Visit& visit) override;
    std::optional<State> latest_answer() const override { return std::nullopt; }
    bool tidy(std::uint64_t now_us, unsigned some) override;
    std::string if_bypassed() const override;

  private:
    // Of what message_ asks for: 0, or an errno.
    int call();
    std::optional<Former> former() const;
    Result<bool> end_of_list(const Status& status);
    void listed(const State& state, const Visit& visit);

    int table_;
    Fd control_, list_;
    std::vector<std::uint64_t> buffer_;
    std::span<unsigned char> message_;   // that memory
    std::vector<unsigned char> listing_; // what was read of the list: its beginning is that of a state
    std::size_t listing_used_ = 0;
    std::int64_t listed_ = 0; // so far was read
    Abandoned abandoned_;
};

} // namespace rtpengine::offload
