// SPDX-License-Identifier: Apache-2.0
#include "supervisor/death.h"

#include <csignal>
#include <initializer_list>

#include <doctest/doctest.h>

using namespace rtpengine::supervisor;

TEST_CASE("whose fault a death is") {
    struct Row {
        const char* what;
        Death death;
        Cause cause;
    };
    using enum Cause;
    for (const Row& row : {
             Row{"segmentation fault", {SIGSEGV}, at_work},
             Row{"assertion", {SIGABRT}, at_work},
             Row{"illegal instruction", {SIGILL}, at_work},
             Row{"division by zero", {SIGFPE}, at_work},
             Row{"trap", {SIGTRAP}, at_work},
             Row{"forbidden system call", {SIGSYS}, at_work},
             Row{"segmentation fault, with a core", {SIGSEGV | 0x80}, at_work},
             Row{"a mapped file that has no memory", {SIGBUS}, fault},
             Row{"killed, or no memory", {SIGKILL}, other},
             Row{"told to end", {SIGTERM}, other},
             Row{"interrupted", {SIGINT}, other},
             Row{"its processor time is up", {SIGXCPU}, other},
             Row{"ended well", {0}, other},
             Row{"ended with a status", {71 << 8}, other},
             Row{"shot, it span", {SIGKILL, true, 5000, 4990}, at_work},
             Row{"shot, it span with half a processor", {SIGKILL, true, 5000, 2500}, at_work},
             Row{"shot, it was halted", {SIGKILL, true, 5000, 0}, other},
             Row{"shot, the machine had stalled", {SIGKILL, true, 5000, 200}, other},
         }) {
        CAPTURE(row.what);
        CHECK(cause_of(row.death) == row.cause);
    }
}
