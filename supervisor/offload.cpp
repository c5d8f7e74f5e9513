// SPDX-License-Identifier: Apache-2.0
#include "supervisor/offload.h"

#include <cerrno>
#include <functional>

#include <unistd.h>

#include "common/base/log.h"
#include "supervisor/reexec/handover.h"

namespace rtpengine::supervisor {

namespace {

using enum options::Offload;

bool module_is_loaded() { return access("/proc/rtpengine/control", F_OK) == 0; }

// The supervisor keeps them open, so that a worker's successor gets the same.
void pass_table(const kernel::Table& table, std::size_t first, Plan& plan) {
    for (std::size_t i = 0; i < plan.workers.size(); ++i) {
        plan.workers[i].set_table_control_fd(table.control());
        plan.workers[i].set_table_list_fd(table.list(first + i));
    }
}

// What the filters of one group of workers are known by, to us and to the next supervisor.
std::uint32_t handle_of(const std::string& runtime_dir, const Plan& plan) {
    return static_cast<std::uint32_t>(std::hash<std::string>{}(runtime_dir + plan.workers.front().name())) | 1;
}

std::uint32_t ports_of(const link::InstanceConfig& config) {
    std::uint32_t sum = 0;
    for (const auto& info : worker_infos(config))
        sum += info.slots();
    return sum;
}

bpf::ForwardingPlan forwarding_plan(const link::InstanceConfig& config, const std::string& runtime_dir, const Plan& plan) {
    bpf::ForwardingPlan wanted;
    for (const auto& worker : plan.workers)
        for (const auto& address : worker.addresses())
            wanted.addresses.push_back(Address::from_bytes(address));
    wanted.streams = ports_of(config);
    wanted.workers = static_cast<std::uint32_t>(plan.workers.size());
    wanted.handle = handle_of(runtime_dir, plan);
    return wanted;
}

// Setting up, and what it is done with.
struct SetUp {
    const options::InstanceSettings& settings;
    const std::string& runtime_dir;
    Plan& plan;
    std::unique_ptr<bpf::Forwarding>& bpf;
    Offload& offload;

    Status run();
    Status use_module();
    Status use_bpf();
    Status missing(const Error& why);
    Status demand_bpf();
    Status demand_module();
    Status choose();
};

// The module, with what is left to do where it can't be had.
Status SetUp::use_module() {
    auto kernel = kernel::set_up(std::make_unique<kernel::ProcModule>(), settings, plan.workers.size());
    if (!kernel) return kernel.error();
    offload.module.emplace(*std::move(kernel));
    if (offload.module->table) pass_table(*offload.module->table, 0, plan);
    return {};
}

Status SetUp::use_bpf() {
    auto forwarding = bpf::Forwarding::open(forwarding_plan(settings.config, runtime_dir, plan));
    if (!forwarding) return forwarding.error();
    bpf = *std::move(forwarding);
    offload.bpf = true;
    for (auto& worker : plan.workers)
        *worker.mutable_bpf_forwarding() = bpf->descriptors();
    log::info("forwarding by BPF on {}", bpf->where());
    return {};
}

Status SetUp::missing(const Error& why) {
    if (settings.no_fallback)
        return Error{why.message + "; userspace is not allowed instead (no-fallback)", why.code};
    offload.without.state = "failed";
    offload.without.detail = why.message;
    log::warning("{}; forwarding in userspace", why.message);
    return {};
}

Status SetUp::demand_bpf() {
    const auto used = use_bpf();
    return used ? used : missing(used.error());
}

Status SetUp::demand_module() {
    if (settings.config.table() < 0)
        return missing({"offload=kmod wants a kernel table: --table=0 or another number", EINVAL});
    return use_module();
}

// Rules of our own have the kernel load the module when they are made.
bool module_is_at_hand(const options::InstanceSettings& settings) {
    return module_is_loaded() || !settings.netfilter.chain.empty();
}

// The module where it is loaded or will be, else BPF; without either it is the module that is missed.
Status SetUp::choose() {
    if (settings.config.table() < 0) return {};
    if (module_is_at_hand(settings))
        if (auto used = use_module(); !used || offload.module->table) return used;
    const auto used = use_bpf();
    if (used) return {};
    log::warning("{}", used.error().message);
    return offload.module ? Status{} : use_module();
}

Status SetUp::run() {
    switch (settings.offload) {
    case none: return {};
    case options::Offload::bpf: return demand_bpf();
    case kmod: return demand_module();
    case automatic: return choose();
    }
    return {};
}

} // namespace

Result<Offload> set_up_offload(const options::InstanceSettings& settings, const std::string& runtime_dir, Plan& plan,
                               std::unique_ptr<bpf::Forwarding>& bpf) {
    Offload offload;
    offload.without.table = settings.config.table();
    if (auto done = SetUp{settings, runtime_dir, plan, bpf, offload}.run(); !done) return done.error();
    return offload;
}

Status extend_offload(Offload& offload, const options::InstanceSettings& settings, const std::string& runtime_dir,
                      Plan& plan, std::unique_ptr<bpf::Forwarding>& bpf) {
    SetUp more{settings, runtime_dir, plan, bpf, offload};
    if (offload.bpf) return more.use_bpf();
    if (!offload.module || !offload.module->table) return {};
    auto& table = *offload.module->table;
    const auto first = table.lists();
    for (std::size_t i = 0; i < plan.workers.size(); ++i)
        if (auto added = table.add_list(); !added) return added;
    pass_table(table, first, plan);
    return {};
}

Offload resume(const handover::Offload& from) {
    Offload offload;
    if (from.has_module())
        offload.module.emplace(kernel::resume(std::make_unique<kernel::ProcModule>(), from.module()));
    offload.bpf = from.bpf();
    offload.without = resumed(from.without());
    return offload;
}

void hand_over(const Offload& offload, handover::Offload& to) {
    if (offload.module) kernel::hand_over(*offload.module, *to.mutable_module());
    to.set_bpf(offload.bpf);
    *to.mutable_without() = handed_over(offload.without);
}

} // namespace rtpengine::supervisor
