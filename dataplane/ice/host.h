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
    // Media goes there from now on.
    virtual void selected(const Selection& selection) = 0;
    // And no more: the peer's consent has run out (RFC 7675).
    virtual void lost(const Selection& selection) = 0;
};

} // namespace rtpengine::ice
