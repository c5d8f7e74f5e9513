// SPDX-License-Identifier: Apache-2.0
// Endpoint learning: docs/dataplane.md has the rules as a table.
#pragma once

#include "dataplane/flow/rule.h"

namespace rtpengine::flow {

// A packet that may be learned from came from `source` at `now_us` (CLOCK_BOOTTIME). Updates `learned`; false:
// the source is refused (strict-source).
bool learn(const Rule& rule, Learned& learned, const Endpoint& source, std::uint64_t now_us);

// One that may not be learned from: only checked.
bool check(const Rule& rule, const Learned& learned, const Endpoint& source);

// A new address in SDP: it is the destination, nothing is learned yet. What ICE has selected stays, in both cases.
void take_signalled(const Rule& rule, Learned& learned, std::uint64_t now_us);
// Learn anew, keep the destination until then.
void restart_learning(Learned& learned, std::uint64_t now_us);

} // namespace rtpengine::flow
