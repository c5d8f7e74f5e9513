// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "common/options/settings.h"
#include "supervisor/bpf/forwarding.h"
#include "supervisor/kernel/forwarding.h"
#include "supervisor/plan.h"

namespace rtpengine::supervisor {

// What forwards in the kernel for the workers: the module, BPF or nothing.
struct Offload {
    std::optional<kernel::Forwarding> module; // asked for, though its table may be missing
    std::unique_ptr<bpf::Forwarding> bpf;
    KernelStatus without; // if there is neither

    KernelStatus status() const;
};

// As --offload says, and noted in the workers' configuration. What is wanted and can't be had is an error with
// --no-fallback, else a warning and done without.
Result<Offload> set_up_offload(const options::InstanceSettings& settings, Plan& plan);

} // namespace rtpengine::supervisor
