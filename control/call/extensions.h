// SPDX-License-Identifier: Apache-2.0
// RTP header extensions between two parties (specification section 5.7).
#pragma once

#include <bitset>
#include <string_view>
#include <vector>

#include "control/call/terms.h"
#include "control/sdp/model.h"

namespace rtpengine::call {

struct Media;
struct MediaFacts;

inline constexpr std::string_view mid_extension = "urn:ietf:params:rtp-hdrext:sdes:mid";

struct Extensions {
    std::vector<sdp::Extension> shown;    // to the party, in its last SDP
    std::vector<sdp::Extension> accepted; // of its offer, whatever the other side makes of them
    std::bitset<256> offered;             // identifiers in its last offer
    bool mixed = false;                   // and extmap-allow-mixed
    unsigned mid = 0;                     // the identifier under which its packets say their mid; 0: they don't
    // What packets lose on their way to the party, by the identifiers of who sends them.
    std::bitset<256> stripped;
    bool strips_all = false;

    bool operator==(const Extensions&) const = default;
};

// The identifier of an extension, by its URI in any case; 0: it isn't there.
unsigned find_extension(const std::vector<sdp::Extension>& all, std::string_view uri);

// What the receiver is shown, and what its packets lose.
void exchange_extensions(const Terms& terms, const sdp::Section& section, MediaFacts& sender, MediaFacts& receiver);

} // namespace rtpengine::call
