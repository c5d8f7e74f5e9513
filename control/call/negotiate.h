// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/call/intake.h"

namespace rtpengine::call {

// What the receiver is shown of what was said of another media (specification sections 5 and 6.5), but for its ports; and what that, or
// the receiver's offer that it answers, makes of the other one.
void negotiate(const Terms& terms, const Said& said, Media& receiver);

} // namespace rtpengine::call
