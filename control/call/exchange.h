// SPDX-License-Identifier: Apache-2.0
// One offer or answer on its way from its sender to its receiver.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "control/call/model.h"

namespace rtpengine::call {

// Who keeps what parties were is told before one is changed.
using Touch = std::function<void(Party&)>;

// A section of the sender's SDP and the two media it is about.
struct Pair {
    const sdp::Section* section;
    Media* sender;
    Media* receiver; // nullptr: the receiver never sees it (sdp-media-remove)
};

struct Exchange {
    Call* call;
    Party* sender;
    Party* receiver;
    std::shared_ptr<const sdp::Session> session;
    std::shared_ptr<const ng::Flags> flags;
    bool offer;
    std::vector<Pair> pairs; // in the order of the sender's sections
    Touch touch = [](Party&) {};        // before a party is changed that is neither sender nor receiver
    std::deque<sdp::Section> kept = {}; // of earlier bodies, that the receiver is shown once more
};

// Finds or makes the media for each section (specification section 4.5) and links them.
void match_sections(Exchange& exchange);

// The sender's media after its section, then the receiver's (sections 5 and 6.5), without ports.
void negotiate(Exchange& exchange, ng::Learning default_learning);

} // namespace rtpengine::call
