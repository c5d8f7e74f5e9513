// SPDX-License-Identifier: Apache-2.0
// A party whose SDP is between it and us: who listens to others, publishes, or was created. Those that it hears, or that hear it, have no
// part in what is agreed upon with it, and nothing of theirs changes with it.
#pragma once

#include <string>
#include <vector>

#include "control/call/intake.h"

namespace rtpengine::call {

// `receiver` is offered what `source` sends, under keys of its own. `section`: what `source` has said, with its codecs of now.
void offer_alone(const Terms& terms, const sdp::Section& section, const Media& source, Media& receiver);
// What it answers to that. Nothing goes where it wasn't offered to.
void hear_answer(const Terms& terms, const Said& said);

// What we answer to an offer of a party, for codecs to be chosen by `accept` (specification section 6.5.4): the section that it is shown.
// Without any that could be taken the media is rejected. `flags` of its request.
sdp::Section answer_alone(const ng::Flags& flags, const std::string* certificate, const Said& offered);

// The first of `accept` that was offered, else the first that can be transcoded, with the telephone events of its clock rate; the words
// `any` and `all`: not only those, and not only one. Empty: there is none.
sdp::CodecList choose_published(const sdp::CodecList& offered, const std::vector<std::string>& accept);

} // namespace rtpengine::call
