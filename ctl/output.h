// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "common/base/escape.h"
#include "ctl/exit_code.h"
#include "ctl/locate.h"
#include "ctl/options.h"

namespace rtpengine::ctl {

// What can't be written is noticed by finish().
inline void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }
// Where to look for runtime directories.
inline std::string base_of(const Options& options) {
    return options.runtime_dir.empty() ? default_base : options.runtime_dir;
}
// What is complained of may come from the network.
inline void complain(const std::string& text) { fmt::print(stderr, "rtpengine-ctl: {}\n", escaped(text)); }
// At the end, with the code that the command has: an answer that reaches nobody is no success.
ExitCode finish(ExitCode code);

} // namespace rtpengine::ctl
