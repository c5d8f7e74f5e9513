// SPDX-License-Identifier: Apache-2.0
// Commands that change what runs. docs/operations.md describes them.
#pragma once

#include <string>
#include <vector>

#include "ctl/exit_code.h"
#include "ctl/options.h"

namespace rtpengine::ctl {

ExitCode restart(const Options& options);
ExitCode drain(const Options& options);
ExitCode reload(const Options& options);
ExitCode upgrade(const Options& options);

// The one that is meant: what changes something, or is followed, is never several.
Result<std::string> the_supervisor(const Options& options);

// Of workers after "restart worker", else of instances; empty when nobody answers.
std::vector<std::string> names_after(const Options& options, const std::vector<std::string>& words);

} // namespace rtpengine::ctl
