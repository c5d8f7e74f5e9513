// SPDX-License-Identifier: Apache-2.0
#include "supervisor/offload.h"

#include <cerrno>
#include <functional>

#include <unistd.h>

#include "common/base/log.h"

namespace rtpengine::supervisor {

namespace {

using enum options::Offload;

bool module_is_loaded() { return access("/proc/rtpengine/control", F_OK) == 0; }

// The supervisor keeps them open, so that a worker's successor gets the same.
void pass_table(const kernel::Table& table, Plan& plan) {
    for (std::size_t i = 0; i < plan.workers.size(); ++i) {
        plan.workers[i].set_table_control_fd(table.control());
        plan.workers[i].set_table_list_fd(table.list(i));
    }
}

bpf::ForwardingPlan forwarding_plan(const Plan& plan) {
    bpf::ForwardingPlan wanted;
    for (const auto& worker : plan.workers)
        for (const auto& address : worker.addresses())
            wanted.addresses.push_back(Address::from_bytes(address));
    for (const auto& worker : plan.control.workers())
        wanted.streams += worker.slots();
    wanted.workers = static_cast<std::uint32_t>(plan.workers.size());
    wanted.handle = static_cast<std::uint32_t>(std::hash<std::string>{}(plan.control.runtime_dir())) | 1;
    return wanted;
}

// The module, with what is left to do where it can't be had.
Status use_module(const options::InstanceSettings& settings, Plan& plan, Offload& offload) {
    auto kernel = kernel::set_up(std::make_unique<kernel::ProcModule>(), settings, plan.workers.size());
    if (!kernel) return kernel.error();
    offload.module.emplace(*std::move(kernel));
    if (offload.module->table) pass_table(*offload.module->table, plan);
    return {};
}

Status use_bpf(Plan& plan, Offload& offload) {
    auto forwarding = bpf::Forwarding::open(forwarding_plan(plan));
    if (!forwarding) return forwarding.error();
    offload.bpf = *std::move(forwarding);
    for (auto& worker : plan.workers)
        *worker.mutable_bpf_forwarding() = offload.bpf->descriptors();
    log::info("forwarding by BPF on {}", offload.bpf->where());
    return {};
}

Status missing(const options::InstanceSettings& settings, const Error& why, Offload& offload) {
    if (settings.no_fallback)
        return Error{why.message + "; userspace is not allowed instead (no-fallback)", why.code};
    offload.without.state = "failed";
    offload.without.detail = why.message;
    log::warning("{}; forwarding in userspace", why.message);
    return {};
}

Status demand_bpf(const options::InstanceSettings& settings, Plan& plan, Offload& offload) {
    const auto used = use_bpf(plan, offload);
    return used ? used : missing(settings, used.error(), offload);
}

Status demand_module(const options::InstanceSettings& settings, Plan& plan, Offload& offload) {
    if (settings.config.table() < 0)
        return missing(settings, {"offload=kmod wants a kernel table: --table=0 or another number", EINVAL}, offload);
    return use_module(settings, plan, offload);
}

// Rules of our own have the kernel load the module when they are made.
bool module_is_at_hand(const options::InstanceSettings& settings) {
    return module_is_loaded() || !settings.netfilter.chain.empty();
}

// The module where it is loaded or will be, else BPF; without either it is the module that is missed.
Status choose(const options::InstanceSettings& settings, Plan& plan, Offload& offload) {
    if (settings.config.table() < 0) return {};
    if (module_is_at_hand(settings))
        if (auto used = use_module(settings, plan, offload); !used || offload.module->table) return used;
    const auto used = use_bpf(plan, offload);
    if (used) return {};
    log::warning("{}", used.error().message);
    return offload.module ? Status{} : use_module(settings, plan, offload);
}

Status set_up(const options::InstanceSettings& settings, Plan& plan, Offload& offload) {
    switch (settings.offload) {
    case none: return {};
    case bpf: return demand_bpf(settings, plan, offload);
    case kmod: return demand_module(settings, plan, offload);
    case automatic: return choose(settings, plan, offload);
    }
    return {};
}

} // namespace

KernelStatus Offload::status() const {
    auto status = module ? module->status : without;
    if (!bpf) return status;
    status.state = "bpf";
    status.detail = "BPF on " + bpf->where();
    return status;
}

Result<Offload> set_up_offload(const options::InstanceSettings& settings, Plan& plan) {
    Offload offload;
    offload.without.table = settings.config.table();
    if (auto done = set_up(settings, plan, offload); !done) return done.error();
    return offload;
}

} // namespace rtpengine::supervisor
