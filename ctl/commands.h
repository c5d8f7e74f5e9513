// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ctl/exit_code.h"
#include "ctl/options.h"

namespace rtpengine::ctl {

// What `help` prints: each command and option, which the manual page has too.
std::string help_text();

// Why the words are no command: what is missing, or what the command looks like.
std::string why_unknown(const std::vector<std::string>& words);

// Runs what the command line asks for; writes to stdout, and to stderr what went wrong.
ExitCode run(const Options& options);

} // namespace rtpengine::ctl
