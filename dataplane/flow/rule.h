// SPDX-License-Identifier: Apache-2.0
// What decides about a packet: the rule of its stream (from control), what the stream has learned so far, and
// the packet. Plain values; no I/O.
#pragma once

#include <cstdint>

#include "common/base/endpoint.h"
#include "common/rtp/packet.h"
#include "dataplane/rtp/kind.h"

namespace rtpengine::flow {

enum class Component : std::uint8_t {
    any = RTP_COMPONENT_ANY,
    rtp = RTP_COMPONENT_RTP,
    rtcp = RTP_COMPONENT_RTCP,
    muxed = RTP_COMPONENT_MUXED,
};
enum class Learning : std::uint8_t { heuristic, delayed, immediate, off };
enum class Echo : std::uint8_t { none, blackhole, reflect };

constexpr std::uint64_t learning_window_us = 3'000'000;

struct Rule {
    Endpoint signalled; // from SDP; may be unknown or the zero address
    Component component = Component::any;
    Learning learning = Learning::heuristic;
    Echo echo = Echo::none;
    bool may_learn = false; // our port has been put into an SDP
    bool strict_source = false, media_handover = false, asymmetric = false;
    bool nat_wait = false, pierce_nat = false;
    bool drop = false, rtp_not_forwarded = false;
    bool dark = false; // its port is open for nobody yet
    bool ice = false;  // checks say who the peer is, and nothing else does
};

// How well a source fits what was signalled; smaller is better.
enum class Rank : std::uint8_t { exact, same_address, same_port, anything, none };
Rank rank(const Endpoint& source, const Endpoint& signalled);

struct Learned {
    Endpoint remote;                 // where we send
    Endpoint source;                 // the last accepted source
    std::uint64_t window_end_us = 0; // learning ends with the first packet after it; clock of `now_us`
    Rank best = Rank::none;          // of the sources seen since learning began
    bool confirmed = false;          // learning has ended
    bool received = false;           // something came from the peer
    bool checked = false;            // ICE has selected `remote`

    bool operator==(const Learned&) const = default;
};

} // namespace rtpengine::flow
