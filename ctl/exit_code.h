// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rtpengine::ctl {

// What the shell sees; `rtpengine-ctl help` says the same.
enum class ExitCode : int {
    ok = 0,
    negative = 1,    // no such call, the test failed, the request was refused
    usage = 2,       // the command line makes no sense
    unreachable = 3, // nobody answers
    late = 4,        // drain: the deadline is over and there are calls
    partly = 5,      // some was done, and then something failed (say, to write the answer); what worked before still does
};

} // namespace rtpengine::ctl
