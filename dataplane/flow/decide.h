// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/flow/rule.h"

namespace rtpengine::flow {

enum class Action : std::uint8_t {
    ignore,  // not for us: nothing is counted
    refuse,  // counted as an error
    consume, // counted, goes nowhere
    reflect, // counted, sent back to the stream's own remote
    forward, // counted, goes to the sinks that take `content`
};

// Which sinks a packet is for. `opaque`: all of them.
enum class Content : std::uint8_t { rtp = RTP_AS_RTP, rtcp = RTP_AS_RTCP, opaque = RTP_AS_OPAQUE };

struct Verdict {
    Action action;
    Content content;
    Learned learned; // the stream's new state
};

// Pure: same input, same verdict. `now_us`: CLOCK_BOOTTIME.
Verdict decide(const Rule& rule, const Learned& learned, rtp::Kind kind, const Endpoint& source,
               std::uint64_t now_us);

// What nearly every packet of a running call is: from the settled peer, and nothing to learn. Then decide()
// would change nothing but could only say the same again.
inline bool settled(const Rule& rule, const Learned& learned, const Endpoint& source) {
    return learned.confirmed && learned.received && source == learned.source &&
           (rule.asymmetric || source == learned.remote);
}

// What a packet is to a stream of this component, or why it is not: what common/rtp says, as a table.
struct Admission {
    Action action; // forward (go on), ignore or refuse
    Content content;
    bool teaches; // its source may be learned
};
Admission admit(Component component, rtp::Kind kind);

// Whither an admitted packet of a known good source goes.
Action route(const Rule& rule, Content content);

constexpr bool takes(Component sink, Content content) {
    if (sink == Component::any || sink == Component::muxed || content == Content::opaque) return true;
    return (sink == Component::rtcp) == (content == Content::rtcp);
}

} // namespace rtpengine::flow
