// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/base/result.h"
#include "handover.pb.h"

namespace rtpengine::supervisor::bpf {

// A program as a tc filter at a device's ingress, for kernels without tcx. Other filters, and a clsact qdisc that is there
// already, are left alone.
class Filter {
  public:
    // `handle` tells instances apart, not 0: a filter of ours with the same one was left by a former run and is
    // replaced. Errors carry an errno and no words.
    static Result<Filter> attach(int device, int program, std::uint32_t handle);
    static Filter resume(int device, const handover::Filter& from);
    void hand_over(handover::Filter& to) const;
    ~Filter(); // the qdisc goes too if it was ours and has no other filter
    Filter(Filter&& other) noexcept;
    Filter& operator=(Filter&&) = delete;

    // Somebody may remove it, or the qdisc with all that is in it.
    bool is_there() const;

  private:
    Filter(int device, std::uint32_t handle, std::uint32_t priority, bool made_qdisc)
        : device_(device), handle_(handle), priority_(priority), made_qdisc_(made_qdisc) {}

    int device_; // 0: moved from
    std::uint32_t handle_, priority_;
    bool made_qdisc_;
};

} // namespace rtpengine::supervisor::bpf
