// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/candidate.h"
#include "common/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rtpengine::bench {

struct Options {
    std::vector<Candidate> daemons;
    std::uint32_t in_flight = 8;
    double seconds = 5;
    std::uint32_t rounds = 3;
    bool strict = false;
    std::string json_path;
};

// An error's text is for the user; for --help it is the whole help.
Result<Options> parse_options(int argc, char** argv);

} // namespace rtpengine::bench
