// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/call/model.h"
#include "control/call/terms.h"

namespace rtpengine::call {

// A section of a party's SDP, and which of its media that is about.
struct Said {
    const sdp::Section* section;
    Media* media;
    // Of the media before.
    sdp::Protocol protocol; // other: nothing had been said of it
    std::optional<std::string> mid;
};

// SDP -> the media of one party, each as its section says, in the order of the sections (specification sections 4.5 and 5). Who
// else there is in the call doesn't matter.
std::vector<Said> take_in(Party& party, const sdp::Session& session, const Terms& terms, ng::Learning default_learning);

} // namespace rtpengine::call
