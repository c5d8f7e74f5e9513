// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/ng/value.h"
#include "control/stats/control_statistics.h"
#include "control/stats/input.h"

namespace rtpengine::stats {

// The dictionary under `statistics` of the reply: integers as integers, everything else as strings.
ng::Dict statistics_dict(const Input& input, const ControlStatistics& control);

} // namespace rtpengine::stats
