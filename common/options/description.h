// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/options/settings.h"

namespace rtpengine::options {

// What --check-config prints of a configuration that is valid: a few lines for each instance. Pure.
std::string describe(const Settings& settings);

} // namespace rtpengine::options
