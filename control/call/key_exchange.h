// SPDX-License-Identifier: Apache-2.0
// Keys between parties (specification sections 3.5.5, 3.5.6, 6.3 and 6.4): what sdp/sdes.h decides, for media.
#pragma once

#include <string>
#include <vector>

#include "control/call/model.h"
#include "control/call/terms.h"

namespace rtpengine::call {

// What a party's section says of its keys. Where a party offers both ways it is DTLS (dtls_exchange.h), unless SDES is preferred.
void take_keys(const Terms& terms, const sdp::Section& section, Media& media);

// What the receiver is shown for it: lines of an offer, or the answer to those that it offered. Its profile is chosen by now.
void exchange_keys(const Terms& terms, const Media& sender, Media& receiver);

// When both have their ports: keys of ours that were for another way give way to new ones.
void renew_keys(const Terms& terms, Media& sender, Media& receiver);

// Likewise, for a media that many may be sent to by, or nobody: keys are for all that leaves by its port.
void renew_keys(const Terms& terms, Media& media);

// It has answered what it was shown that way.
void settle_answer(const Terms& terms, Media& media);

// Of a profile for SRTP, or of another one with keys beside it (RFC 8643).
bool is_secured(const MediaFacts& media);

// SRTP is wanted, and its keys aren't known: nothing may be taken from there or sent there.
bool waits_for_keys(const MediaFacts& media);

// What comes from `source` leaves towards `receiver` as it came: in the clear on both sides, or under the same keys.
bool has_same_keys(const MediaFacts& source, const MediaFacts& receiver);

} // namespace rtpengine::call
