// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"

namespace rtpengine::ctl {

constexpr const char* default_base = "/run/rtpengine";

// Runtime directories of supervisors that are running: `base` itself and the directories in it. Sorted.
// Error: there is none, or we may not look.
Result<std::vector<std::string>> running_supervisors(const std::string& base);

} // namespace rtpengine::ctl
