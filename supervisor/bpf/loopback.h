// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/base/endpoint.h"
#include "common/base/result.h"

namespace rtpengine::supervisor::bpf {

// net.ipv4.conf.lo.forwarding, or IPv6's. The kernel tells BPF programs the way of a packet only if forwarding is on at the
// device that the packet is said to come from, and ours are said to come from this host. No packet is routed for that:
// lo receives none of others. We put it back.
class LoopbackForwarding {
  public:
    // `changed`: an earlier execution of the supervisor has set it.
    explicit LoopbackForwarding(Family family, bool changed = false) : family_(family), changed_(changed) {}
    ~LoopbackForwarding();
    LoopbackForwarding(const LoopbackForwarding&) = delete;
    LoopbackForwarding& operator=(const LoopbackForwarding&) = delete;

    // Again: somebody else may have changed it.
    Status ensure();
    bool changed() const { return changed_; } // it is ours to put back

  private:
    std::string path() const;

    Family family_;
    bool changed_;
};

// `routes`: /proc/net/ipv6_route. Whether it has a default router that was learned from its advertisements and that the
// kernel would forget as soon as forwarding is switched on anywhere. Pure.
bool has_advertised_router(std::string_view routes);

} // namespace rtpengine::supervisor::bpf
