// SPDX-License-Identifier: Apache-2.0
// For tests of what happens when memory gives out: in a program that has failing_new.cpp among its sources.
#pragma once

#include <cstddef>

namespace rtpengine::test {

// operator new fails when so many allocations have been made; 0: never. It fails so often in a row, the tests' own included.
inline std::size_t allocations_left = 0, failures_left = 1;

inline void end_of_shortage() { allocations_left = 0, failures_left = 1; }

inline bool allocation_fails() {
    if (!allocations_left || --allocations_left) return false;
    if (--failures_left) allocations_left = 1; // the next one, too
    else end_of_shortage();
    return true;
}

} // namespace rtpengine::test
