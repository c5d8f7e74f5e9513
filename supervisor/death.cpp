// SPDX-License-Identifier: Apache-2.0
#include "supervisor/death.h"

#include <csignal>

#include <sys/wait.h>

namespace rtpengine::supervisor {

namespace {

// One that spins takes all the time that it gets; one that is halted, waits for a disk or isn't given any by a machine that has
// stalled takes none.
bool span(const Death& death) { return death.worked_ms * 2 >= death.silent_ms; }

} // namespace

Cause cause_of(const Death& death) {
    if (death.shot) return span(death) ? Cause::at_work : Cause::other;
    if (!WIFSIGNALED(death.status)) return Cause::other;
    switch (WTERMSIG(death.status)) {
    case SIGSEGV:
    case SIGABRT:
    case SIGILL:
    case SIGFPE:
    case SIGTRAP:
    case SIGSYS: return Cause::at_work;
    case SIGBUS: return Cause::fault;
    default: return Cause::other;
    }
}

} // namespace rtpengine::supervisor
