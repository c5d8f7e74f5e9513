// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "control/sdp/sdes.h"

namespace rtpengine::call {

// What SRTP is protected with between us and the party of one media (SDES). It is negotiated with each branch of its own.
// By which ports packets come in and leave under a key, whichever of their addresses: the RTP streams of the primary ones. 0: there were none yet.
struct Way {
    std::uint64_t in = 0, out = 0;

    bool known() const { return in || out; }
    bool operator==(const Way&) const = default;
};

struct Keys {
    std::vector<sdp::Crypto> offered;   // the party's lines of its last offer, until somebody has answered that in the clear
    bool preferred = false;             // by `offerer_pref`: the first of them is taken, whatever the answer has
    std::vector<sdp::Crypto> sent;      // ours that it has had and that are still good
    // What both send with, or that it is nothing: by the last answer, in force until the next one.
    std::optional<sdp::SdesPair> agreed;
    bool in_clear = false;
    bool fresh = false; // what we send with was agreed by the last answer, and nothing has left under it before
    // For which way `sent` was made, and what is agreed. Another way has other keys (RFC 4568 section 7.1.4), since nothing is known
    // there of what has been sent.
    Way sent_on, agreed_on;

    bool operator==(const Keys&) const = default;
};

} // namespace rtpengine::call
