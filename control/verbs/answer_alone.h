// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/verbs/verb.h"

namespace rtpengine::verbs {

// A party answers what it was offered of us alone: all codecs, but for telephone events and the like, or with `any_codec` one of them.
// What was not offered isn't had. Answers the request; with `otherwise` if that is no answer to the offer, and nothing has happened.
void take_answer(const Job& job, call::Party& party, bool any_codec, const char* otherwise);

} // namespace rtpengine::verbs
