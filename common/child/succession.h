// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/fd.h"
#include "common/child/heartbeat.h"
#include "common/uv/loop.h"

namespace rtpengine::child {

// A child that succeeds another one: says that it is ready to take over, and waits until the predecessor is gone, which the
// supervisor then sees to. `predecessor` is its pidfd. Returns earlier when the loop is stopped (by a signal).
inline void await_predecessor(uv::Loop& loop, Heartbeat& heartbeat, int predecessor) {
    const Fd process(predecessor); // ours: it was inherited for this
    const uv::Poll gone(loop, process.get(), [&loop] { loop.stop(); });
    heartbeat.stand_by();
    loop.run();
}

} // namespace rtpengine::child
