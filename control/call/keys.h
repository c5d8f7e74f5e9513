// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "control/sdp/sdes.h"

namespace rtpengine::call {

// What SRTP is protected with between us and the party of one media (SDES). It is negotiated with each branch of its own.
struct Keys {
    std::vector<sdp::Crypto> offered;   // the party's lines of its last offer, until somebody has answered that in the clear
    bool preferred = false;             // by `offerer_pref`: the first of them is taken, whatever the answer has
    std::vector<sdp::Crypto> sent;      // ours that it has had and that are still good
    // What both send with, or that it is nothing: by the last answer, in force until the next one.
    std::optional<sdp::SdesPair> agreed;
    bool in_clear = false;

    bool operator==(const Keys&) const = default;
};

} // namespace rtpengine::call
