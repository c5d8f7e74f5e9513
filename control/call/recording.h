// SPDX-License-Identifier: Apache-2.0
// What was said of recording a call (specification sections 2.7 and 2.11). It is kept and reported; nobody records anything so far.
#pragma once

#include <initializer_list>

#include "control/call/model.h"
#include "control/ng/flags/recording.h"

namespace rtpengine::call {

// As a request with a body has it, for those whose dialogue it is about.
void take_recording(const ng::RecordingFlags& flags, Call& call, std::initializer_list<Party*> parties);

// Something would record it, or pass it on.
bool has_recorder(const Call& call);

} // namespace rtpengine::call
