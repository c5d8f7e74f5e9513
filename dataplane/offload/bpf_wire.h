// SPDX-License-Identifier: Apache-2.0
// Between values and what lies in the maps of bpf/forward.h. Pure.
#pragma once

#include <optional>

#include "bpf/forward.h"
#include "dataplane/offload/rule.h"
#include "dataplane/offload/state.h"

namespace rtpengine::offload {

forward_endpoint to_bpf(const Endpoint& endpoint);
Endpoint from_bpf(const forward_endpoint& endpoint);

// `serial`: of the rule among those of its stream. Sources go on from `sources`, as if heard at `now_ns` of
// CLOCK_MONOTONIC.
forward_stream to_bpf(const Rule& rule, std::uint64_t serial, const Sources& sources, std::uint64_t now_ns);
// Of the destinations beyond the first.
forward_copies copies_to_bpf(const Rule& rule, const forward_generation& generation);

// `copies` null: there is one destination at most. `asleep_us`: what CLOCK_MONOTONIC is behind CLOCK_BOOTTIME.
State from_bpf(const forward_stream& stream, const forward_copies* copies, std::uint64_t asleep_us);

} // namespace rtpengine::offload
