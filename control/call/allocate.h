// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "control/call/basket.h"
#include "control/call/pair.h"

namespace rtpengine::call {

inline constexpr const char* out_of_ports = "Ran out of ports";

// ---- one party

// The interface that it is served from: as requested, else ("") as before, else the default of that family.
void place_party(Party& party, const std::string& requested, Family family, ports::Interfaces& interfaces);

struct PortWish {
    Endpoint peer;  // whose packets leave by these ports, as its SDP says; unknown: it hasn't said yet
    bool rtp_alone; // RTCP needs no port
    bool latches;   // another peer than before changes nothing
};
// The ports that the media's party is shown: those it has had for that peer, or others. Its party has been placed.
// Error: out_of_ports, or too many for one call. Not all of them may be open: Basket::complete().
Status give_ports(Media& media, const PortWish& wish, Basket& basket);

// The ports of all of its media that are in use, on the interface that the request names: the same ones for as long as it keeps them.
// Its media have their families. Errors as above.
Status allocate_alone(Party& party, const ng::AddressingFlags& flags, ports::Interfaces& interfaces, Basket& basket);

// Takes all ports of a party out of use; they close with the next commit.
void release_ports(Party& party);

// ---- two

// The interfaces of both parties, and the ports of every pair of media (specification section 4.7). Errors as above.
Status allocate_ports(Party& sender, Party& receiver, const std::vector<Pair>& pairs, const Terms& terms, ports::Interfaces& interfaces,
                      Basket& basket);

} // namespace rtpengine::call
