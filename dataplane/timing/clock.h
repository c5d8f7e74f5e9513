// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rtpengine::timing {

// What a wheel needs of the clock of a loop, or of a test: milliseconds from whenever.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual std::uint64_t now_ms() const = 0; // never goes back
    // From then on Wheel::turn() is to be called, once. Replaces what was asked for before.
    virtual void wake_at(std::uint64_t due_ms) = 0;
    virtual void sleep() = 0; // no call is asked for
};

} // namespace rtpengine::timing
