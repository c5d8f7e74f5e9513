// SPDX-License-Identifier: Apache-2.0
// What a request wants of the budgets (control/budget.h), told before it changes anything. Pure.
#pragma once

#include <cstddef>

#include "control/call/model.h"
#include "control/ng/flags.h"

namespace rtpengine::call {

// The body's ports alone, and the call, if the request adds two parties, media and their codecs for each of `session`'s sections on both sides, and all of its text;
// but for a body of ordinary size between parties that it has.
Status call_fits(const Call& call, const ng::Flags& flags, const sdp::Session& session);

// The call, with a party more that has media and codecs for each of `sections`.
Status party_fits(const Call& call, const std::vector<sdp::Section>& sections);

// The call, with `more` ports.
Status ports_fit(const Call& call, std::size_t more);

} // namespace rtpengine::call
