// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "control/call/pair.h"

namespace rtpengine::call {

// What a party is shown: its own media, with what others said of them.
struct Description {
    Party& receiver;
    Party* sender;                  // who is described to it; nullptr: we ourselves
    const sdp::Session& session;    // what that one said of the session
    const std::vector<Pair>& pairs; // and of media; those without one are shown as they were last
    Terms terms;
    bool bandwidth = true; // the session's stands there too
};

// A party -> SDP. Its ports are open by now. Remembers what was sent to it. `loop_id`: our own, for loop-protect. "": there is no section
// that could be used. An error: the text is too long; nothing is remembered then.
Result<std::string> describe(const Description& description, const std::string& loop_id);

} // namespace rtpengine::call
