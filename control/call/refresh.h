// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "control/call/model.h"
#include "control/worker/client.h"

namespace rtpengine::call {

// Before a report: has the workers read what the kernel has counted for the call's streams by now. One request to each
// worker that has some there, none for a call that has none. Calls `done` once, at once when there is nothing to ask;
// at the latest after worker::refresh_deadline_ms.
void refresh(const Call& call, worker::Workers& workers, std::function<void()> done);

} // namespace rtpengine::call
