// SPDX-License-Identifier: Apache-2.0
// Who listens to whom: subscriptions that only one side asked for.
#pragma once

#include "control/call/model.h"

namespace rtpengine::call {

// What goes back to the source.
enum class Back { nothing, rtcp, everything };
void listen(Media& receiver, Media& source, Back back);

// Nothing more of `source` goes to `receiver`. Where something has left under keys that are still in force, that stays known.
void stop(Media& receiver, Media& source);

// The party receives nothing, and who had something back from it as its source doesn't any more.
void stop_listening(Party& party, const Touch& touch);

} // namespace rtpengine::call
