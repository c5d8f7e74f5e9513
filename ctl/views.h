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

} // namespace rtpengine::ctl
