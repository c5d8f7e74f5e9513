// SPDX-License-Identifier: Apache-2.0
// What workers report of sinks and streams that are gone: it stays in the figures of the call.
#pragma once

#include <vector>

#include "control/call/model.h"
#include "control/worker/client.h"

namespace rtpengine::call {

// A port on its way out, and the media that its figures are for. The media may be another object by then, so it is named.
struct Leaving {
    unsigned party, media; // Party::number, Media::index
    LocalPort port;
};

// What removed sinks had counted goes to the ports that they led to.
void book_removed(Call& call, const std::vector<link::SinkCounters>& removed);

// What a port counted that is closed by now. Its record keeps its figures until it is opened again, which the lease prevents.
void book_closed(Call& call, const Leaving& leaving, const std::vector<link::SinkCounters>& removed, const worker::Workers& workers);

} // namespace rtpengine::call
