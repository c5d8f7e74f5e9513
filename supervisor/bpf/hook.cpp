// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/hook.h"

#include <cerrno>

#include <bpf/bpf.h>

#include "supervisor/bpf/advice.h"

namespace rtpengine::supervisor::bpf {

namespace {

constexpr auto tcx_ingress = static_cast<bpf_attach_type>(46); // BPF_TCX_INGRESS; the headers are older

} // namespace

bool Hook::is_there() const {
    const auto* filter = std::get_if<Filter>(&hold_);
    return !filter || filter->is_there();
}

Hook Hook::resume(const handover::Place& from) {
    return from.has_filter() ? Hook(Filter::resume(from.device(), from.filter())) : Hook(Fd(from.link_fd()));
}

void Hook::hand_over(handover::Place& to) const {
    if (const auto* filter = std::get_if<Filter>(&hold_))
        filter->hand_over(*to.mutable_filter());
    else
        to.set_link_fd(std::get<Fd>(hold_).get());
}

Result<Hook> Hook::attach(const Device& device, const Program& program, std::uint32_t handle) {
    if (device.header == LinkHeader::other)
        return Error{"cannot forward by BPF on " + device.name + ": its link layer is not known", EOPNOTSUPP};
    const int fd = device.header == LinkHeader::ethernet ? program.for_ethernet() : program.for_ip();
    Fd link(bpf_link_create(fd, device.index, tcx_ingress, nullptr));
    if (link) return Hook(std::move(link));
    auto filter = Filter::attach(device.index, fd, handle);
    if (filter) return Hook(*std::move(filter));
    return explain("attach the forwarding program to " + device.name, filter.error().code, missing_capabilities(),
                   "4.5 (with CONFIG_NET_CLS_BPF and CONFIG_NET_SCH_INGRESS)");
}

} // namespace rtpengine::supervisor::bpf
