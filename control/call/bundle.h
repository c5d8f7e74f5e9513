// SPDX-License-Identifier: Apache-2.0
// Media of a party that share the ports of one of them (RFC 9143, specification section 5.10).
#pragma once

#include <string>
#include <vector>

#include "control/call/intake.h"
#include "control/call/terms.h"

namespace rtpengine::call {

struct Media;
struct Party;

// Whose ports, keys and endpoint a media has: its own ones, or those of the head of its bundle.
const Media& carrier(const Media& media);
Media& carrier(Media& media);
inline bool is_carried(const Media& media) { return &carrier(media) != &media; }
// Those that share the ports of `media`, itself among them, in their order; none: it shares them with nobody.
std::vector<const Media*> sharers(const Media& media);

// What a party has said of bundles. An offer's groups count with `accept`; an answer's if the party was offered one.
void take_bundles(const Terms& terms, const std::vector<std::string>& groups, const std::vector<Said>& said, Party& party);
// All of the receiver's media that are in use are one bundle in the offer that it gets, if it is asked for.
void offer_bundle(const Terms& terms, Party& receiver);
// A media that has been rejected is in no bundle; one whose head has been gets another head.
void settle_bundles(Party& party);

// Whole values of a=group.
std::vector<std::string> bundle_groups(const Terms& terms, const Party& party);

} // namespace rtpengine::call
