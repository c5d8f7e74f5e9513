// SPDX-License-Identifier: Apache-2.0
// For tests of what happens when memory gives out: in a program that has failing_new.cpp among its sources.
#pragma once

#include <cstddef>

namespace rtpengine::test {

// operator new fails once, when so many allocations have been made; 0: never.
inline std::size_t allocations_left = 0;

} // namespace rtpengine::test
