// SPDX-License-Identifier: Apache-2.0
// A section put away as text, for a body that comes much later or a process that comes after this one: a tenth of what it
// takes as values.
#pragma once

#include <string>
#include <string_view>

#include "control/sdp/model.h"

namespace rtpengine::sdp {

// Its own lines, and before them what it has from its session. "" for a section without an m= line.
std::string keep(const Section& section);

// The same section again; an empty one for "" and for what keep() didn't write.
Section read_kept(std::string_view text);

// Likewise what a body says before its first section, as far as it passes to others.
std::string keep_session(const Session& session);
Session read_kept_session(std::string_view text);

} // namespace rtpengine::sdp
