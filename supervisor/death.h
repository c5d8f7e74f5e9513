// SPDX-License-Identifier: Apache-2.0
// What a child died of, and whether what it was at may be the cause. Pure.
#pragma once

#include <cstdint>

namespace rtpengine::supervisor {

struct Death {
    int status = 0; // as waitpid() says it
    bool shot = false; // we killed it: there was no heartbeat
    std::uint64_t silent_ms = 0; // how long there was none
    std::uint64_t worked_ms = 0; // processor time that it took meanwhile
};

enum class Cause {
    other,  // it ended, or somebody or something killed it: the machine, an operator, lack of memory
    fault,  // of its own, but not of what it was at: memory that the machine didn't give
    at_work // a fault that what it was at may have led to
};
Cause cause_of(const Death& death);

} // namespace rtpengine::supervisor
