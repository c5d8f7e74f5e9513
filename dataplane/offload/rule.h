// SPDX-License-Identifier: Apache-2.0
// What a kernel shall do with the packets of one local port: values, whatever the kernel's own form of it is.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "common/base/endpoint.h"
#include "common/srtp/parameters.h"
#include "dataplane/flow/rule.h"
#include "dataplane/offload/few.h"

namespace rtpengine::offload {

constexpr std::size_t max_destinations = 16, max_payload_types = 16, max_sources = 4;

struct Key {
    std::uint64_t id = 0; // of the stream, not 0
    Endpoint local;

    bool operator==(const Key&) const = default;
};

// Packets that don't come from Rule::source.
enum class Mismatch : std::uint8_t { forward, refuse, to_userspace };

// How one side of a stream is protected; the same if the fingerprint is. None: plain RTP.
struct Side {
    std::uint64_t fingerprint = 0;
    std::shared_ptr<const srtp::Parameters> keys = nullptr;

    explicit operator bool() const { return keys != nullptr; }
    bool operator==(const Side& other) const { return fingerprint == other.fingerprint; }
};

struct Destination {
    std::uint64_t stream = 0; // where it leads: the exit stream's id, or the stream's own for media echo
    Endpoint from, to;        // of one family
    bool rtp = false, rtcp = false, other = false; // what it takes; other: of an opaque port
    std::uint8_t tos = 0;
    Side send = {}; // put on

    bool operator==(const Destination&) const = default;
};

struct Rule {
    Key key;
    flow::Component component = flow::Component::any;
    Endpoint source; // expected; unknown with Mismatch::forward
    Mismatch mismatch = Mismatch::forward;
    bool blackhole = false;                             // count, forward nothing
    bool drop_rtp = false;                              // forward RTCP only
    Side receive;                          // taken off
    std::vector<Destination> destinations; // at most max_destinations, mostly one

    bool carries_rtp() const {
        return component == flow::Component::rtp || component == flow::Component::muxed;
    }
    // Some side is protected: then its indices belong to userspace and the kernel, each to one of them.
    bool is_secured() const {
        return receive || std::any_of(destinations.begin(), destinations.end(), [](const Destination& to) { return bool(to.send); });
    }
    bool operator==(const Rule&) const = default;
};

// One SSRC: what a rule begins with, and what it has come to.
struct Source {
    std::uint32_t ssrc = 0, timestamp = 0;
    std::uint64_t packets = 0, bytes = 0, lost = 0, duplicates = 0;
    std::uint64_t highest = 0, window = 0; // as in rtp_sequence
};
using Sources = Few<Source, max_sources>;

// RTP of one SSRC on one side, up to this index: userspace's. What comes after is the kernel's.
struct Boundary {
    std::uint32_t ssrc = 0;
    std::uint64_t index = 0;
};
using Boundaries = Few<Boundary, max_sources>;

// What a new rule goes on from. Of one that is secured: SSRCs that aren't among the boundaries, which are those of one sequence
// number on all sides, stay userspace's, as all RTCP does.
struct Start {
    Sources sources = {};
    Boundaries receive = {};
    std::vector<Boundaries> send = {}; // by destination; those without may be left out
};

} // namespace rtpengine::offload
