// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bpf/forward.h"
#include "bpf/steer.h"
#include "common/base/result.h"
#include "link.pb.h"

namespace rtpengine::child {

// Whether we know what is in the maps that a worker is given: the programs may have been loaded by an earlier version of the
// supervisor, which has been executed anew since.
inline Status check_programs(const link::WorkerConfig& worker) {
    const bool steering = !worker.has_steering() || worker.steering().layout() == STEER_LAYOUT;
    const bool forwarding = !worker.has_bpf_forwarding() || worker.bpf_forwarding().layout() == FORWARD_LAYOUT;
    if (steering && forwarding) return {};
    return Error{std::string("the BPF program that ") + (steering ? "forwards" : "steers") +
                 " is that of another version: stop rtpengine and start it again"};
}

} // namespace rtpengine::child
