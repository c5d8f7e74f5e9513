// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "common/link/arena.h"
#include "common/state/view.h"
#include "control/call/model.h"

namespace rtpengine::link {
class Stream;
}

namespace rtpengine::call {

// Reads a worker's record; none when it belongs to another stream by now.
using StateReader = std::function<state::View(const StateKey&)>;

// What media want of the workers: one stream for each of their ports. Pure but for what it reads of learned endpoints when a stream
// moves to another port. The streams live in `arena`.
std::vector<std::pair<LocalPort*, link::Stream*>> desired_streams(const std::vector<Media*>& medias, const StateReader& read,
                                                                  link::Arena& arena);

} // namespace rtpengine::call
