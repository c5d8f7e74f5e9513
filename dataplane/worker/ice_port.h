// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "common/base/endpoint.h"
#include "dataplane/ice/bytes.h"

namespace rtpengine::dataplane {

class IceAgent;

// A stream's port as a candidate of an agent, which it shares with the ports of other addresses; it ends with its last port.
class IcePort {
  public:
    IcePort(std::shared_ptr<IceAgent> agent, std::uint32_t slot) : agent_(std::move(agent)), slot_(slot) {}
    ~IcePort();
    IcePort(const IcePort&) = delete;
    IcePort& operator=(const IcePort&) = delete;

    // A datagram that looks like STUN. Answers wait in the egress.
    void receive(const Endpoint& source, ice::Bytes datagram, std::uint64_t now_ms);
    bool proved(const Endpoint& source) const;
    IceAgent& agent() const { return *agent_; }

  private:
    std::shared_ptr<IceAgent> agent_;
    std::uint32_t slot_;
};

} // namespace rtpengine::dataplane
