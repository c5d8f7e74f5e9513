// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/offload/state.h"
#include "dataplane/worker/records.h"
#include "dataplane/worker/rtp_counters.h"

namespace rtpengine::dataplane {

// Brings a stream's record, and the worker's sums, up to what its rule has counted. Doing it again with the
// same state changes nothing, however much of it was done before. Nothing, without memory for a kernel part.
void book(state::StreamRecord& record, RtpCounters& rtp, const offload::State& state, Records& records);

// The stream's sinks have changed since its rule was withdrawn and booked with `before`: what that says of a sink that is new
// is a former one's.
void rebase(state::StreamRecord& record, const offload::State& before);

// Likewise, when the rule was withdrawn and booked with what it had counted then, `before`: packets that were on their way
// through it. `record` null: the stream is closed, only the worker's sums are left.
void book_late(state::StreamRecord* record, RtpCounters& rtp, const offload::State& before, const offload::State& final,
               Records& records);

// The rule that was booked last is gone, and the one that replaces it begins to count at zero, but for what it tells of
// sources, payload types and others. Doing it again changes nothing.
void close_books(state::StreamRecord& record);

// Likewise before a rule that replaces none: all of it begins at zero.
void open_books(state::StreamRecord& record);

} // namespace rtpengine::dataplane
