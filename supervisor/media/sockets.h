// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "common/options/settings.h"
#include "handover.pb.h"
#include "supervisor/bpf/steering.h"
#include "supervisor/media/claim.h"
#include "supervisor/media/reserved_ports.h"
#include "supervisor/plan.h"

namespace rtpengine::supervisor::media {

// What the workers' sockets need as long as the supervisor lives. Empty: each port has a socket of its own.
struct Sockets {
    std::optional<Claim> claim;
    std::optional<ReservedPorts> reserved;
    std::optional<bpf::Steering> steering;
    std::string unguarded; // why others may bind to steered ports; empty: they may not, or none is steered
};

// Steered sockets for every worker of `plan`, noted in its configuration; or none, because that was asked for, or
// because steering can't be had and need not (a warning says why). An error: it was demanded, or another daemon steers
// the same ports.
Result<Sockets> open_sockets(const options::InstanceSettings& settings, Plan& plan);

// `ranges`: of the workers that they belong to.
Sockets resume(const handover::MediaSockets& from, const std::vector<Range>& ranges);
void hand_over(const Sockets& sockets, handover::MediaSockets& to);

} // namespace rtpengine::supervisor::media
