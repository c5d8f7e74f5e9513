// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "handover.pb.h"

namespace rtpengine::supervisor::bpf {

// The forwarding program and its maps (bpf/forward.h), loaded. Not attached to anything.
class Program {
  public:
    // Room for `streams`, of `workers` workers. Needs CAP_BPF, CAP_NET_ADMIN and Linux 5.11.
    static Result<Program> load(std::uint32_t streams, std::uint32_t workers);
    static Program resume(const handover::BpfForwarding& from);
    void hand_over(handover::BpfForwarding& to) const; // its own fields only

    int for_ethernet() const { return ethernet_.get(); } // descriptors of the programs
    int for_ip() const { return ip_.get(); }
    link::BpfForwarding descriptors() const; // what a worker inherits

  private:
    Fd ethernet_, ip_, seal_;     // programs
    Fd ports_, streams_, copies_; // maps
    std::uint32_t layout_ = 0;
};

} // namespace rtpengine::supervisor::bpf
