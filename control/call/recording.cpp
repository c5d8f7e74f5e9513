// SPDX-License-Identifier: Apache-2.0
#include "control/call/recording.h"

#include <algorithm>

namespace rtpengine::call {

void take_recording(const ng::RecordingFlags& flags, Call& call, std::initializer_list<Party*> parties) {
    if (flags.record_call) call.recording = Recording::on;
    if (flags.record_call_stop || flags.discard_recording) call.recording = Recording::off;
    if (!flags.exclude_recording) return;
    for (auto* party : parties) party->unrecorded = true;
}

bool has_recorder(const Call& call) {
    return call.recording != Recording::off || call.forwarding ||
           std::ranges::any_of(call.parties, [](const auto& party) { return party->forwarding; });
}

} // namespace rtpengine::call
