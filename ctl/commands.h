// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ctl/exit_code.h"
#include "ctl/options.h"

namespace rtpengine::ctl {

// What `help` prints: each command and option, which the manual page has too.
std::string help_text();

// Runs what the command line asks for; writes to stdout, and to stderr what went wrong.
ExitCode run(const Options& options);

} // namespace rtpengine::ctl
