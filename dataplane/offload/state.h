// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/srtp/window.h"
#include "dataplane/offload/rule.h"

namespace rtpengine::offload {

struct Counters {
    std::uint64_t packets = 0, bytes = 0, errors = 0;
};

struct PayloadTypeCount {
    std::uint8_t type = 0;
    std::uint64_t packets = 0;
};

// RTP of an SSRC that was used on one side.
struct Used {
    std::uint32_t ssrc = 0;
    srtp::Marks marks{};
};
using UsedIndices = Few<Used, max_sources>;

struct DestinationCount {
    std::uint64_t stream = 0; // Destination::stream
    Counters out;
    UsedIndices send = {};
};

// Counted together, as there was no place.
struct Others {
    std::uint64_t packets = 0, bytes = 0; // of SSRCs
    std::uint64_t type_packets = 0;       // of payload types
};

// What became of a rule so far. Counters begin at zero with it, or with the first of those that it has replaced, if it goes
// on with theirs (Former::final); those of sources at what it was given. What is told of sources, payload types and the
// others goes on when a rule is replaced.
struct State {
    Key key;
    bool withdrawn = false; // no new packet comes to it
    bool final = false;     // nor one that was on its way
    Counters in;
    std::uint64_t to_userspace = 0; // packets that it saw and left to userspace
    std::uint64_t last_seen_us = 0; // CLOCK_BOOTTIME; 0: nothing yet
    std::uint8_t tos = 0;           // of the latest packet
    Few<PayloadTypeCount, max_payload_types> payload_types;
    Sources sources;
    Others others;
    UsedIndices receive;
    Few<DestinationCount, max_destinations> destinations; // in the order of the rule, or of the first one
};

} // namespace rtpengine::offload
