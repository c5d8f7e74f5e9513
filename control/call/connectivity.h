// SPDX-License-Identifier: Apache-2.0
// What is negotiated of ICE with a media's party (RFC 8445, 8839): specification 6.1. The checks are the workers'.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "common/base/endpoint.h"
#include "control/sdp/model.h"

namespace rtpengine::call {

// Of one component: the pair that a worker's checks have selected.
struct SelectedPair {
    unsigned address = 0; // of ours: its place in PortSet::ports. Stays what it was when the pair is lost
    Endpoint remote;      // unknown: none
    bool operator==(const SelectedPair&) const = default;
};

struct Connectivity {
    static constexpr std::size_t most_candidates = 100; // of the party's

    std::string ufrag, pwd;           // ours; empty: not needed yet, or to be made anew
    std::string peer_ufrag, peer_pwd; // the party's, as it said last; empty: it has no ICE
    std::vector<sdp::Candidate> candidates; // likewise
    bool peer_lite = false, lite = false;   // lite: we are, towards it
    bool renewed = false;                   // ours, since the party said its own: it begins anew, too
    bool met = false, offers = false;       // roles are given out; `offers`: the first of us to offer was we
    bool trickle = false, ice2 = false;     // what the party can: RFC 8838, and RFC 8445 instead of 5245
    std::array<SelectedPair, 2> selected;   // by component - 1
    bool operator==(const Connectivity&) const = default;

    // RFC 8445 section 6.1.1. Of two that are lite nobody would check, and nothing be proved: then we do.
    bool controlling() const { return peer_lite || (!lite && offers); }
    bool checks() const { return peer_lite || !lite; }
    // Ours, anew: the checks begin again, and media goes on meanwhile.
    void restart();
    void forget_peer();
    // The party has these now, and had others under what it has of ours.
    bool restarts_with(const std::string& other_ufrag, const std::string& other_pwd) const;
};

// Adds those that are not known yet, as long as there is room.
void add_candidates(Connectivity& connectivity, const std::vector<sdp::Candidate>& candidates);
// RFC 8445 section 5.1.2.1; `index` counts the addresses of the interface, `component` from 1.
std::uint32_t candidate_priority(unsigned type_preference, std::size_t index, unsigned component);
inline constexpr unsigned host_preference = 126;

} // namespace rtpengine::call
