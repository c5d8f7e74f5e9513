// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <unordered_map>

#include "dataplane/worker/ice_agent.h"

namespace rtpengine::dataplane {

// Which agent a stream's port belongs to, and what the agents of a call may send together. The agents are their ports'.
class IceAgents {
  public:
    // All of them outlive it, and the streams don't use it.
    IceAgents(timing::Wheel& wheel, Streams& streams, io::Egress& egress, IceAgent::Changed changed);

    // The stream of `spec`, which has ICE, was set.
    void join(const StreamSpec& spec);
    // What ports lead to, once more, some of them: begins with 0 and goes on with what it returned, until that is 0.
    std::uint32_t tell_some(std::uint32_t from) const;

  private:
    std::shared_ptr<IceAgent> find(const IceSpec& spec);
    std::shared_ptr<ice::Allowance> checks_of(const std::string& call);
    void sweep();

    const std::shared_ptr<const IceAgent::World> world_;
    // Some of them are gone.
    std::unordered_map<std::uint64_t, std::weak_ptr<IceAgent>> agents_;
    std::unordered_map<std::string, std::weak_ptr<ice::Allowance>> calls_; // by their ids: not more than agents
    std::size_t sweep_at_ = 64; // entries
};

} // namespace rtpengine::dataplane
