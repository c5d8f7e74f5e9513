// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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
    // The RTP stream by whose port the party receives what is sent under `sent`, and under `agreed`: another one has other keys
    // (RFC 4568 section 7.1.4), since nothing is known there of what has been sent. 0: none yet.
    std::uint64_t sent_for = 0, agreed_for = 0;

    bool operator==(const Keys&) const = default;
};

} // namespace rtpengine::call
