// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/ng/value.h"

namespace rtpengine::edge::metrics {

// All metrics (operations.md of the specification, section 4.3, and ours behind them), of what control says: its statistics and
// its status. `connections`: of this process. Pure.
std::string render(const ng::Dict& statistics, const ng::Dict& status, std::size_t connections);

} // namespace rtpengine::edge::metrics
