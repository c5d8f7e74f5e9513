// SPDX-License-Identifier: Apache-2.0
// Asking and telling netfilter, in the network namespace we are in. Errors carry the kernel's errno.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "supervisor/netfilter/change.h"

namespace rtpengine::supervisor::netfilter {

// All or nothing. The error is that of the first change that was refused, and says what to do.
Status commit(const std::vector<Change>& changes);

// Has the kernel load the target's module, if it can.
Result<bool> target_exists(const Target& target, Family family);

Result<bool> chain_exists(const std::string& chain, Family family);

// All rules of table "filter"; none where there is no such table.
Result<std::vector<Rule>> present_rules(Family family);

} // namespace rtpengine::supervisor::netfilter
