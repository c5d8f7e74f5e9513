// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "common/uv/loop.h"

namespace rtpengine::child {

// The signals of a child process: SIGTERM (from the supervisor, or because it died) and SIGINT call `stop`;
// SIGUSR1 and SIGUSR2 lower and raise the log levels; SIGHUP and SIGPIPE do nothing.
class Signals {
  public:
    Signals(uv::Loop& loop, std::function<void()> stop);

  private:
    uv::Signal terminate_, interrupt_, quieter_, louder_, hangup_, pipe_;
};

} // namespace rtpengine::child
