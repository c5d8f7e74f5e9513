// SPDX-License-Identifier: Apache-2.0
// What becomes of an instance's interfaces and NG sockets when its configuration changes. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/options/settings.h"

namespace rtpengine::supervisor {

// nullptr: there is none of this name.
const link::LogicalInterface* find_interface(const link::InstanceConfig& config, const std::string& name);
// The same settings with these interfaces alone.
options::InstanceSettings part(const options::InstanceSettings& settings, const std::vector<std::string>& interfaces);
// An interface that drains, and is wanted again with other addresses or ports; nullptr: there is none.
const link::LogicalInterface* comes_back_different(const link::InstanceConfig& now, const link::InstanceConfig& wanted);
// `to` has the sockets and workers that `from` has already; interfaces that it doesn't name drain.
void keep_what_is_there(const link::InstanceConfig& from, link::InstanceConfig& to);

} // namespace rtpengine::supervisor
