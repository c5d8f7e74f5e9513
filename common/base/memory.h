// SPDX-License-Identifier: Apache-2.0
// For when the system has no more memory to give (vm.overcommit_memory=2, a limit of the process): a reserve, from which what is
// under way goes on, and a question that whoever would begin something new asks first. One for the process, since `new` has
// one handler; without hold() there is memory until `new` throws.
#pragma once

#include <cstddef>

#include "common/base/result.h"

namespace rtpengine::memory {

// Throws std::bad_alloc.
void refuse();
// Ends the process; says why.
void leave();

// Once, at the start of the process and before its first thread. From now on `new` takes the reserve when it gets nothing
// else, and calls `exhausted`, which doesn't return, when that is used up. Threads get small stacks. Error: the system doesn't
// give `reserve` bytes and the `start` bytes that the process is about to need; says how to get them.
Status hold(std::size_t reserve, std::size_t start, void (*exhausted)() = refuse);

// Whether there is memory for something new: half of the reserve is there, or could be got back now, and there is some room
// beside it. When not, the reserve is left to what is under way, and the answer stays for two seconds. Told in the log when it
// changes. For the main thread.
bool enough();

} // namespace rtpengine::memory
