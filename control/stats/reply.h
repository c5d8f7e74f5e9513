// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/ng/writer.h"
#include "control/stats/control_statistics.h"
#include "control/stats/input.h"

namespace rtpengine::stats {

// What is under `statistics` of the reply: integers as integers, everything else as strings.
void write_statistics(const Input& input, const ControlStatistics& control, ng::Writer& to);

} // namespace rtpengine::stats
