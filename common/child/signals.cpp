// SPDX-License-Identifier: Apache-2.0
#include "common/child/signals.h"

#include <csignal>

#include "common/base/log.h"

namespace rtpengine::child {

Signals::Signals(uv::Loop& loop, std::function<void()> stop)
    : terminate_(loop, SIGTERM, stop),
      interrupt_(loop, SIGINT, stop),
      quieter_(loop, SIGUSR1, [] { log::shift_levels(-1); }),
      louder_(loop, SIGUSR2, [] { log::shift_levels(1); }),
      hangup_(loop, SIGHUP, [] {}),
      pipe_(loop, SIGPIPE, [] {}) {}

} // namespace rtpengine::child
