// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/offload/state.h"
#include "dataplane/worker/records.h"
#include "dataplane/worker/rtp_counters.h"

namespace rtpengine::dataplane {

// Brings a stream's record, and the worker's sums, up to what its rule has counted. Doing it again with the
// same state changes nothing, however much of it was done before. Nothing, without memory for a kernel part.
void book(state::StreamRecord& record, RtpCounters& rtp, const offload::State& state, Records& records);

// The rule that was booked last is gone, and the one that replaces it begins to count at zero, but for what it tells of
// sources, payload types and others. Doing it again changes nothing.
void close_books(state::StreamRecord& record);

// Likewise before a rule that replaces none: all of it begins at zero.
void open_books(state::StreamRecord& record);

} // namespace rtpengine::dataplane
