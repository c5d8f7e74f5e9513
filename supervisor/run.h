// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rtpengine::supervisor {

// The whole program; returns its exit code: 0, or 255 after "Fatal error: ..." on stderr.
int run(int argc, const char* const* argv);

} // namespace rtpengine::supervisor
