// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/result.h"

namespace rtpengine::ctl {

// The command line.
struct Options {
    std::vector<std::string> words; // the command
    std::string runtime_dir;        // "": look for running supervisors
    std::optional<Endpoint> ng;
    unsigned seconds = 3; // 1 - 3600
    std::optional<std::uint64_t> deadline; // seconds, of drain
    bool off = false;                      // drain: take calls again
    bool json = false;
    bool help = false;
    bool legacy = false; // an option of rtpengine's own utility was given
};

// Errors: one line for the user.
Result<Options> parse_options(std::span<const char* const> arguments);

} // namespace rtpengine::ctl
