// SPDX-License-Identifier: Apache-2.0
// One table says which attributes we interpret, on which level, and how.
#pragma once

#include <cstddef>

#include "control/sdp/model.h"

namespace rtpengine::sdp {

enum class Level { session, media };

// Reads an attribute into `target`: a section, or the stand-in that collects what sections inherit from the
// session. Malformed values change nothing. False: not one of ours, it passes to the other side.
bool read_attribute(const Attribute& attribute, Level level, Section& target);

// What a section takes over from its session where it has nothing of its own; how many bytes of text that is.
std::size_t inherit(Section& section, const Section& session);

} // namespace rtpengine::sdp
