// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ctl/exit_code.h"
#include "ctl/options.h"

namespace rtpengine::ctl {

// A table that follows what runs: each second on a terminal, until q or an interrupt; else once, after a second.
ExitCode top(const Options& options);

} // namespace rtpengine::ctl
