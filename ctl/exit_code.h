// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rtpengine::ctl {

// What the shell sees; `rtpengine-ctl help` says the same.
enum class ExitCode : int {
    ok = 0,
    negative = 1,    // no such call, the test failed
    usage = 2,       // the command line makes no sense
    unreachable = 3, // nobody answers
};

} // namespace rtpengine::ctl
