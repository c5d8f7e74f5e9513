// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/daemon.h"
#include "bench/forward/options.h"
#include "bench/forward/traffic.h"

#include <functional>

namespace rtpengine::bench {

// Starts the daemon, sets up all calls, does the work, deletes the calls and stops the daemon. An error tells the end of the
// daemon's log.
Status with_calls(const Candidate& daemon, const Topology& hosts, Traffic& traffic, const Options& options,
                  const std::function<Status(const Daemon&)>& work);

} // namespace rtpengine::bench
