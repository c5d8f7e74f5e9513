// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/base/clock.h"

namespace rtpengine::call {

// Hands out what every stream needs to be told apart for ever.
class StreamIds {
  public:
    // Starts at nanoseconds since boot: ids of an earlier process never come back.
    StreamIds() : last_(us_of(BootClock::now()) * 1000) {}
    std::uint64_t next() { return ++last_; }

  private:
    std::uint64_t last_;
};

} // namespace rtpengine::call
