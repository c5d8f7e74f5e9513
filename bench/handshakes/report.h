// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/handshakes/turn.h"

namespace rtpengine::bench {

using Round = std::vector<Turn>; // in the order of Options::daemons

std::string progress_line(const std::string& name, const Turn& turn);
// Medians over the rounds, daemons as columns.
std::string table(const Options& options, const std::vector<Round>& rounds);
std::string to_json(const Options& options, const std::vector<Round>& rounds);

} // namespace rtpengine::bench
