// SPDX-License-Identifier: Apache-2.0
// What went wrong with a kernel table, and what to do about it. Pure.
#pragma once

#include "common/base/result.h"
#include "kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h"

namespace rtpengine::supervisor::kernel {

enum class Step { add, remove, open_control, hello, open_list };

// `cause` names the file and the errno; the result says what was tried, the cause, and what to do.
Error explain(Step step, int table, const Error& cause);

// Somebody has the table: who took control of it, and whether that process is still there.
struct Controller {
    std::int64_t pid = 0; // 0: not known
    bool alive = true;
};
Error table_in_use(int table, Controller controller);

// The message that opens the conversation with a table.
rtpengine_hello our_hello();

// Whether the module that answered is one that we can talk to.
Status check_hello(const rtpengine_hello& answer, int table);

} // namespace rtpengine::supervisor::kernel
