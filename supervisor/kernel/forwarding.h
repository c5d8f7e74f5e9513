// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "common/options/settings.h"
#include "handover.pb.h"
#include "supervisor/kernel/module.h"
#include "supervisor/kernel/table.h"
#include "supervisor/netfilter/rules.h"
#include "supervisor/status.h"

namespace rtpengine::supervisor::kernel {

// What forwards in the kernel: the table and the rules that lead to it. At the end the rules go first.
struct Forwarding {
    std::unique_ptr<Module> module;
    std::optional<Table> table; // none: packets are forwarded in userspace
    std::optional<netfilter::Rules> rules;
    KernelStatus status;
};

// `readers`: how many workers will read the table's list. What can't be had is an error with --no-fallback,
// else a warning and done without.
Result<Forwarding> set_up(std::unique_ptr<Module> module, const options::InstanceSettings& settings,
                          std::size_t readers);

Forwarding resume(std::unique_ptr<Module> module, const handover::Module& from);
void hand_over(const Forwarding& forwarding, handover::Module& to);

} // namespace rtpengine::supervisor::kernel
