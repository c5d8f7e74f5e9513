// SPDX-License-Identifier: Apache-2.0
// What the processes answered, as text for people. Unknown keys are passed over, missing ones are "-".
#pragma once

#include <string>

#include "common/ng/value.h"
#include "ctl/table.h"

namespace rtpengine::ctl {

// `control` may be empty: it didn't answer.
std::string status_view(const ng::Dict& supervisor, const ng::Dict& control, const Style& style);
std::string calls_view(const ng::List& calls, const Style& style);
std::string call_view(const ng::Dict& call, const Style& style);
// The same in words: who sends what, where it is sent and why there, where it is silent, and what to look at.
std::string explain_view(const ng::Dict& call, const Style& style);
// Packets were refused because of what, by the names in a reply; one that a later program has is shown as it is.
std::string because(std::string_view name);

} // namespace rtpengine::ctl
