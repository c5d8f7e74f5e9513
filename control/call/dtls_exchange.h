// SPDX-License-Identifier: Apache-2.0
// DTLS-SRTP in SDP (specification sections 3.5.4 and 6.2; RFC 5763, 8842): what a media's party has said, what it is shown, and when
// that means another handshake.
#pragma once

#include <string>
#include <vector>

#include "control/call/model.h"
#include "control/call/terms.h"

namespace rtpengine::call {

// What a section says of it. Not present: no usable fingerprint and role, or nothing of RTP.
Dtls::Said said_of_dtls(const sdp::Section& section);

// The party has offered it, or nothing of it (`said` is not present).
void take_dtls_offer(const Terms& terms, Dtls::Said said, Media& media);
// It has answered with it, or without.
void take_dtls_answer(Dtls::Said said, Media& media);

// Whether `receiver` is offered it; its profile is known.
void offer_dtls(const Terms& terms, Media& receiver);
// The offer of `receiver` is answered with it, or without.
void answer_dtls(const Terms& terms, bool with, Media& receiver);

// Both have their ports. An answer is for a way: what was agreed upon for another one begins anew. `shown`: the party is shown SDP now.
void settle_dtls(const Terms& terms, const Way& way, bool shown, Media& media);

// a=setup, a=fingerprint and a=tls-id, without "a="; none where the media has no DTLS.
std::vector<std::string> dtls_lines(const Terms& terms, const Media& media);

} // namespace rtpengine::call
