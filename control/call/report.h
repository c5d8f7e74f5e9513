// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "control/call/model.h"
#include "control/call/streams.h"
#include "common/ng/writer.h"

namespace rtpengine::call {

// The keys of the answer to query, and to delete without fast (specification section 8.1). `tag` non-empty: that party and
// those it receives from. `ssrc_reporting`: full, inline, global or none.
void write_report(const Call& call, std::string_view tag, const StateReader& read, std::string_view ssrc_reporting, ng::Writer& to);

} // namespace rtpengine::call
