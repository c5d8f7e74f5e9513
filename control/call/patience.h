// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rtpengine::call {

// With workers, ms.
struct Patience {
    // A port that has to be open: long enough for a worker to be restarted, shorter than a SIP proxy's patience.
    std::uint64_t open = 3000;
    // What isn't waited for: a worker that is halted works it off later, one that is restarted is told everything.
    std::uint64_t late = 60 * 1000;
    // A request waits so long for what the one before it has left to do: ports to be closed, figures of rules that are gone.
    std::uint64_t turn = 300;
};

} // namespace rtpengine::call
