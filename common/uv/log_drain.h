// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/uv/loop.h"

namespace rtpengine::uv {

// While lines of the log wait for room, tries again and again. One in a process.
class LogDrain {
  public:
    explicit LogDrain(Loop& loop);
    ~LogDrain();

  private:
    Timer again_;
};

} // namespace rtpengine::uv
