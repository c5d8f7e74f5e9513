// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/base/fd.h"
#include "supervisor/bpf/hook.h"
#include "supervisor/bpf/loopback.h"
#include "supervisor/bpf/program.h"

namespace rtpengine::supervisor::bpf {

struct ForwardingPlan {
    std::vector<Address> addresses;         // of media
    std::uint32_t streams = 0, workers = 0; // how many there may be
    std::uint32_t handle = 1;               // of this instance: see Filter
};

// Forwarding by BPF: the program, at every device that carries one of the media addresses. Workers fill its maps, which
// are ours, so it goes on while they restart.
class Forwarding {
  public:
    static Result<std::unique_ptr<Forwarding>> open(ForwardingPlan plan);

    static Result<std::unique_ptr<Forwarding>> resume(const handover::BpfForwarding& from);
    void hand_over(handover::BpfForwarding& to) const;

    link::BpfForwarding descriptors() const { return program_.descriptors(); }
    // Readable: call follow().
    int events() const { return any_event_.get(); }
    // Addresses, devices and IPsec policies may have changed: goes where it is needed now, or stands back, and says so in the log.
    void follow();
    std::string where() const; // "eth0, eth1", or why nowhere

  private:
    struct Events {
        Fd devices, policies, any; // `any` (epoll) is readable when one of the others is
    };
    static Result<Events> open_events();
    Forwarding(ForwardingPlan plan, Program program, Events events, bool changed_ipv4 = false, bool changed_ipv6 = false);
    bool stands_back();
    void leave(const std::vector<Device>& wanted);
    void join(const Device& device);
    void ensure_routing();
    void complain(const std::string& about, const Status& status);

    ForwardingPlan plan_;
    Program program_;
    Fd device_events_, policy_events_, any_event_;
    std::string obstacle_; // why it stands back; empty: it doesn't
    LoopbackForwarding ipv4_, ipv6_;
    struct Place {
        Device device;
        Hook hook;
    };
    std::map<int, Place> places_;                    // by index of the device
    std::map<std::string, std::string> complaints_; // what was said last, so that it is said once
};

} // namespace rtpengine::supervisor::bpf
