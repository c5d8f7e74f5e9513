// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rtpengine::dataplane {

// The worker process from start to end; returns its exit code. Started by the supervisor only.
int run(int argc, const char* const* argv);

} // namespace rtpengine::dataplane
