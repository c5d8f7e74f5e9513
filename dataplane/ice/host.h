// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/ice/bytes.h"
#include "dataplane/ice/candidate.h"

namespace rtpengine::ice {

// Whom an agent lives with. It is called from within the agent's calls, and doesn't call back.
class Host {
  public:
    virtual ~Host() = default;
    virtual void send(std::uint32_t port, const Endpoint& to, Bytes message) = 0;
    virtual void random(std::span<std::uint8_t> to) = 0; // that nobody can guess
    // Nothing of ours may be sent there.
    virtual bool off_limits(std::uint32_t port, const Endpoint& to) const = 0;
    // A check from `port` that somebody wanted wasn't sent: it would have led off limits, or there were too many.
    virtual void withheld(std::uint32_t port) = 0;
    // Media goes there from now on.
    virtual void selected(const Selection& selection) = 0;
    // It goes where it went, and that was selected anew, under the terms that there are.
    virtual void kept(const Selection& selection) = 0;
    // And no more: the peer's consent has run out (RFC 7675).
    virtual void lost(const Selection& selection) = 0;
};

} // namespace rtpengine::ice
