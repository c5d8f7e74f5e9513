// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/ng/value.h"
#include "ctl/table.h"

namespace rtpengine::ctl {

// What supervisor and control said at one moment.
struct Sample {
    ng::Dict supervisor, control; // control's may be empty: it didn't answer
    double at_s = 0;              // any monotonic clock
};

// Instances and processes with their rates between two moments; what has no rate yet is "-". Pure.
std::string top_view(const Sample& before, const Sample& now, const Style& style);

} // namespace rtpengine::ctl
