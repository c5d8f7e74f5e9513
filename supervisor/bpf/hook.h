// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "supervisor/bpf/devices.h"
#include "supervisor/bpf/filter.h"
#include "supervisor/bpf/program.h"

namespace rtpengine::supervisor::bpf {

// The program at one device's ingress, behind the programs that are there: by tcx where the kernel has it (6.6), else as a
// tc filter. It goes with the object.
class Hook {
  public:
    // `handle`: see Filter.
    static Result<Hook> attach(const Device& device, const Program& program, std::uint32_t handle);

    static Hook resume(const handover::Place& from);
    void hand_over(handover::Place& to) const; // its own fields only

    bool is_there() const;

  private:
    explicit Hook(Fd link) : hold_(std::move(link)) {}
    explicit Hook(Filter filter) : hold_(std::move(filter)) {}
    std::variant<Fd, Filter> hold_; // the tcx link, or the filter
};

} // namespace rtpengine::supervisor::bpf
