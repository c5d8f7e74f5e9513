// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "control/call/intake.h"

namespace rtpengine::call {

// What a party said of one of its media, and the media of another party that it is for.
struct Pair {
    const sdp::Section* section;
    Media* sender;
    Media* receiver; // nullptr: the receiver never sees it (sdp-media-remove)
};

// The policy between two parties: which of the receiver's media stand for the sender's (specification section 4.5), that both are
// subscribed to each other, and what the receiver is shown (sections 5 and 6.5), but for its ports. In the order of `said`.
// `touch`: before a party is changed that is neither the receiver nor whose media those are.
std::vector<Pair> pair_up(Party& receiver, const std::vector<Said>& said, const Terms& terms,
                          const Touch& touch = [](Party&) {});

} // namespace rtpengine::call
