// SPDX-License-Identifier: Apache-2.0
// What control wants of the worker, and what it hears back: the messages of proto/link.proto as plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/endpoint.h"
#include "common/srtp/parameters.h"
#include "dataplane/flow/rule.h"

namespace rtpengine::dataplane {

struct SinkSpec {
    std::uint32_t worker = 0, slot = 0;
    std::uint64_t stream = 0;
    Endpoint local;
    flow::Component takes = flow::Component::any;
    std::uint8_t tos = 0;
    bool silent = false; // nothing is sent now
    std::vector<srtp::Parameters> send = {}; // none: as plain RTP, or as it came
};

struct StreamSpec {
    std::uint64_t id = 0;
    std::uint32_t slot = 0;
    Endpoint local;
    flow::Rule rule;
    std::uint32_t signalled_epoch = 0, learn_epoch = 0;
    std::uint32_t edition = 0; // state::Announcements
    Endpoint initial_remote; // known: where a new stream sends to until it learns or is told better
    bool loop_check = false;
    std::uint8_t tos = 0;
    std::vector<SinkSpec> sinks;
    std::vector<srtp::Parameters> receive = {}; // none: packets are taken as they come
    std::string scope; // for the log
};

struct StreamKey {
    std::uint64_t id = 0;
    std::uint32_t slot = 0;
};

// Counters of a sink that is gone.
struct SinkTotals {
    std::uint64_t stream = 0, packets = 0, bytes = 0, errors = 0;
};

enum class Outcome { ok, port_in_use, failed };

struct StreamOutcome {
    std::uint64_t stream = 0;
    Outcome outcome = Outcome::ok;
    std::string error;
    std::vector<SinkTotals> removed;
};

// Something that happened unasked.
struct Event {
    std::string scope;    // of the stream
    StreamOutcome stream; // what became of it
};

} // namespace rtpengine::dataplane
