// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "common/uv/loop.h"

namespace rtpengine::uv {

// Calls back when a descriptor may be read or written, whichever is wanted. Does not own the descriptor.
class Watch {
  public:
    // Wants nothing yet. `ready` must not destroy the watch.
    Watch(Loop& loop, int fd, std::function<void()> ready);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    void want(bool read, bool write);

  private:
    std::function<void()> callback_;
    uv_poll_s* handle_;
    int wanted_ = 0;
};

} // namespace rtpengine::uv
