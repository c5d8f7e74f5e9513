// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/filter.h"

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "common/base/fd.h"
#include "supervisor/bpf/filters.h"

namespace rtpengine::supervisor::bpf {

namespace {

constexpr std::uint32_t first_priority = 0xc000, priorities = 8; // a priority may belong to filters of another kind

bpf_tc_hook hook_of(int device, bpf_tc_attach_point point) {
    bpf_tc_hook hook{};
    hook.sz = sizeof hook;
    hook.ifindex = device;
    hook.attach_point = point;
    return hook;
}

bpf_tc_opts options_of(std::uint32_t handle, std::uint32_t priority) {
    bpf_tc_opts options{};
    options.sz = sizeof options;
    options.handle = handle;
    options.priority = priority;
    return options;
}

// By its name; both of our programs begin like this.
bool is_ours(std::uint32_t program_id) {
    const Fd program(bpf_prog_get_fd_by_id(program_id));
    bpf_prog_info info{};
    __u32 size = sizeof info;
    if (!program || bpf_obj_get_info_by_fd(program.get(), &info, &size)) return false;
    return std::string_view(info.name).starts_with("forward_");
}

// Whether the place is free, or has a filter that a former run of ours left.
enum class Place { unused, ours, taken };

Place look_at(const bpf_tc_hook& hook, std::uint32_t handle, std::uint32_t priority) {
    auto options = options_of(handle, priority);
    if (bpf_tc_query(&hook, &options)) return Place::unused;
    return is_ours(options.prog_id) ? Place::ours : Place::taken;
}

int put(const bpf_tc_hook& hook, int program, std::uint32_t handle, std::uint32_t priority) {
    const auto place = look_at(hook, handle, priority);
    if (place == Place::taken) return -EEXIST;
    auto options = options_of(handle, priority);
    options.prog_fd = program;
    options.flags = place == Place::ours ? BPF_TC_F_REPLACE : 0;
    return bpf_tc_attach(&hook, &options);
}

void remove_qdisc(int device) {
    if (has_filters(device)) return;
    auto both = hook_of(device, static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS));
    (void)bpf_tc_hook_destroy(&both);
}

} // namespace

Result<Filter> Filter::attach(int device, int program, std::uint32_t handle) {
    auto hook = hook_of(device, BPF_TC_INGRESS);
    const int made = bpf_tc_hook_create(&hook);
    if (made && made != -EEXIST) return Error{"", -made};
    int code = 0;
    for (auto priority = first_priority; priority < first_priority + priorities; ++priority) {
        code = put(hook, program, handle, priority);
        if (!code) return Filter(device, handle, priority, !made);
    }
    if (!made) remove_qdisc(device);
    return Error{"", -code};
}

Filter Filter::resume(int device, const handover::Filter& from) {
    return {device, from.handle(), from.priority(), from.made_qdisc()};
}

void Filter::hand_over(handover::Filter& to) const {
    to.set_handle(handle_);
    to.set_priority(priority_);
    to.set_made_qdisc(made_qdisc_);
}

Filter::Filter(Filter&& other) noexcept
    : device_(std::exchange(other.device_, 0)),
      handle_(other.handle_),
      priority_(other.priority_),
      made_qdisc_(other.made_qdisc_) {}

bool Filter::is_there() const {
    return look_at(hook_of(device_, BPF_TC_INGRESS), handle_, priority_) == Place::ours;
}

Filter::~Filter() {
    if (!device_) return;
    const auto hook = hook_of(device_, BPF_TC_INGRESS);
    const auto options = options_of(handle_, priority_);
    (void)bpf_tc_detach(&hook, &options); // the device may be gone
    if (made_qdisc_) remove_qdisc(device_);
}

} // namespace rtpengine::supervisor::bpf
