// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ctl/exit_code.h"
#include "ctl/options.h"

namespace rtpengine::ctl {

// `selftest`: a call with audio through the proxy at options.ng, or through the one that runs here.
ExitCode test_command(const Options& options);

} // namespace rtpengine::ctl
