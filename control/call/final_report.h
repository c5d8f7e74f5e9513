// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/call/model.h"
#include "control/call/streams.h"

namespace rtpengine::call {

// Writes the statistics block of a call that ends to the log, in the layout that operators' tools read.
void log_final_report(const Call& call, const StateReader& read);

} // namespace rtpengine::call
