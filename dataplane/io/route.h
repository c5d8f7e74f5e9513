// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/base/endpoint.h"
#include "common/state/record.h"

namespace rtpengine::io {

class Sender;

// The way out of one sink: from which port, of which worker.
struct Route {
    Endpoint from;
    std::uint8_t tos = 0;
    std::uint32_t worker = 0, slot = 0; // whose port it is
    std::uint64_t stream = 0;           // and which stream has it
    Sender* sender = nullptr;           // for `from`'s address; null: the ordinary one
    state::Traffic* counters = nullptr; // of the sink
};

} // namespace rtpengine::io
