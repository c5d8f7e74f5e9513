// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "common/options/settings.h"

namespace rtpengine::options {

// Two instances may not share a kernel table, an NG socket, media ports of an address or a netfilter chain. The error names
// both, and what it is. Pure.
Status check_apart(const std::vector<InstanceSettings>& instances);

} // namespace rtpengine::options
