// SPDX-License-Identifier: Apache-2.0
// What control wants of the worker, and what it hears back: the messages of proto/link.proto as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/base/endpoint.h"
#include "common/dtls/identity.h"
#include "common/srtp/parameters.h"
#include "dataplane/flow/bundle.h"
#include "dataplane/flow/rule.h"
#include "dataplane/ice/candidate.h"
#include "dataplane/rtp/edit.h"

namespace rtpengine::dataplane {

struct SinkSpec {
    std::uint32_t worker = 0, slot = 0;
    std::uint64_t stream = 0;
    Endpoint local;
    flow::Component takes = flow::Component::any;
    std::uint8_t tos = 0;
    bool silent = false; // nothing is sent now
    std::vector<srtp::Parameters> send = {}; // none: as plain RTP, or as it came
    rtp::Edit edit = {};
    std::uint64_t members = 0; // of the bundle, whose RTP it takes: a bit each; 0: of all
};

// A port's part in connectivity checks.
struct IceSpec {
    std::uint64_t agent = 0; // ports of the same number are of one agent
    std::uint32_t priority = 0;
    ice::Terms terms;
    std::string call; // its id, for IceNews
};

// A handshake on a port: proto's Dtls.
struct DtlsSpec {
    std::uint64_t association = 0;
    bool active = false;
    std::string identity;          // SHA-256 of our certificate
    std::string hash, fingerprint; // of the peer's
    bool done = false;             // none is wanted
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
    std::vector<srtp::Parameters> receive = {}; // none: packets are taken as they come, unless there is `dtls`
    std::optional<IceSpec> ice = {};
    std::optional<DtlsSpec> dtls = {};
    std::string scope; // for the log
    flow::BundleRule bundle = {}; // no members: there is none
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

// Which pair of the port was selected.
struct IceNews {
    std::uint64_t stream = 0;
    Endpoint remote; // unknown: there is none any more
    bool controlling = false;
    std::string call; // IceSpec::call
};

// What became of a handshake.
struct DtlsNews {
    std::uint64_t stream = 0, association = 0;
    std::string failure; // empty: the keys are these
    srtp::Parameters receive, send;
};

// Something that happened unasked.
struct Event {
    std::string scope; // of the stream, where `what` doesn't say whose it is
    std::variant<StreamOutcome, IceNews, DtlsNews> what;
};

// Who rules may say that we are: proto's Identity.
struct IdentitySpec {
    dtls::Identity identity;
    std::string ciphers;
    std::uint32_t mtu = 0;

    bool operator==(const IdentitySpec&) const = default;
};

} // namespace rtpengine::dataplane
