// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "common/state/writer.h"
#include "dataplane/spec.h"

namespace rtpengine::dataplane {

// The sinks of a record are a list; two of them may lead to one stream, one with RTP and one with RTCP. One that stays keeps
// its counters, whatever comes and goes beside it.

// They lead to the same streams, in whatever order.
bool same_sinks(state::StreamRecord& record, const std::vector<SinkSpec>& wanted);
// How many of those that are wanted the record doesn't have.
std::size_t missing_sinks(state::StreamRecord& record, const std::vector<SinkSpec>& wanted);
// Makes the record's sinks those that are wanted; what the others counted is added to `removed`. Returns them in the order of
// `wanted`, with memory in reserve for those that are missing.
std::vector<state::SinkRecord*> set_sinks(state::Writer& writer, state::StreamRecord& record,
                                          const std::vector<SinkSpec>& wanted, std::vector<SinkTotals>& removed);

} // namespace rtpengine::dataplane
