// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/ice_port.h"

#include "dataplane/worker/ice_agent.h"

namespace rtpengine::dataplane {

IcePort::~IcePort() { agent_->remove(slot_); }

void IcePort::receive(const Endpoint& source, ice::Bytes datagram, std::uint64_t now_ms) {
    agent_->receive(slot_, source, datagram, now_ms);
}

bool IcePort::proved(const Endpoint& source) const { return agent_->proved(slot_, source); }

} // namespace rtpengine::dataplane
