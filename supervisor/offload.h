// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "common/options/settings.h"
#include "handover.pb.h"
#include "supervisor/bpf/forwarding.h"
#include "supervisor/kernel/forwarding.h"
#include "supervisor/plan.h"

namespace rtpengine::supervisor {

// What forwards in the kernel for an instance: the module, BPF or nothing. BPF's programs and maps belong to each group of
// its workers.
struct Offload {
    std::optional<kernel::Forwarding> module; // asked for, though its table may be missing
    bool bpf = false;
    KernelStatus without; // if there is neither
};

// As --offload says, and noted in the workers' configuration; `bpf` is theirs, if it is BPF. What is wanted and can't be had
// is an error with --no-fallback, else a warning and done without. `runtime_dir` tells our filters from others'.
Result<Offload> set_up_offload(const options::InstanceSettings& settings, const std::string& runtime_dir, Plan& plan,
                               std::unique_ptr<bpf::Forwarding>& bpf);

// The same for workers that come later: by what the instance has.
Status extend_offload(Offload& offload, const options::InstanceSettings& settings, const std::string& runtime_dir,
                      Plan& plan, std::unique_ptr<bpf::Forwarding>& bpf);

Offload resume(const handover::Offload& from);
void hand_over(const Offload& offload, handover::Offload& to);

} // namespace rtpengine::supervisor
