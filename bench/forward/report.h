// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/forward/round.h"
#include "bench/forward/search.h"

#include <string>
#include <vector>

namespace rtpengine::bench {

struct Round {
    Measurement calibration;
    std::vector<Measurement> turns; // in the order of Options::daemons
};

// One line for a finished turn, as progress.
std::string progress_line(const std::string& name, const Highest& found);
std::string progress_line(const std::string& name, const Measurement& turn, const Measurement& calibration);
// Medians over the rounds, daemons as columns; with several, each one's ratio to the last.
std::string table(const Options& options, const std::vector<Round>& rounds);
std::string to_json(const Options& options, const std::vector<Round>& rounds);
// The same of searches, a vector for each round.
std::string table(const Options& options, const std::vector<std::vector<Highest>>& rounds);
std::string to_json(const Options& options, const std::vector<std::vector<Highest>>& rounds);

} // namespace rtpengine::bench
