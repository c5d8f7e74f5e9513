// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>

#include "common/base/result.h"

namespace rtpengine::link {
class Privileges;
}

namespace rtpengine::child {

// Gives up what a child doesn't need, once, before it touches any input, and ties its life to the supervisor's: afterwards it
// runs as `privileges.user` (if started as root and a user is named) with at most `keep_caps` (CAP_* numbers) permitted and
// effective, can't gain any by exec, gets SIGTERM when the supervisor dies, and is refused what seccomp.h lists. Capabilities
// that it hasn't got are not an error: whoever needs one probes. Errors: no such user, a refused change, or the supervisor is
// gone already.
Status enter(const link::Privileges& privileges, std::initializer_list<int> keep_caps);

} // namespace rtpengine::child
