// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/worker/stream.h"

namespace rtpengine::dataplane {

// Whether `source` is the stream's peer, as far as anybody can say before keys do: with ICE a checked pair leads there, without it
// packets go there, and it is where SDP or confirmed learning has it.
bool proved(const Stream& stream, const Endpoint& source);

} // namespace rtpengine::dataplane
