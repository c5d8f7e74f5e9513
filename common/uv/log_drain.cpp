// SPDX-License-Identifier: Apache-2.0
#include "common/uv/log_drain.h"

#include "common/base/log.h"

namespace rtpengine::uv {

namespace {

// Where nobody ever reads, these tries are all that it costs.
constexpr std::uint64_t pause_ms = 10;

} // namespace

LogDrain::LogDrain(Loop& loop)
    : again_(loop, [this] {
          if (log::flush()) again_.start_ms(pause_ms);
      }) {
    log::when_waiting([this] { again_.start_ms(pause_ms); });
    if (log::flush()) again_.start_ms(pause_ms); // from before
}

LogDrain::~LogDrain() { log::when_waiting(nullptr); }

} // namespace rtpengine::uv
