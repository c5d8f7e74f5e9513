// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/ice_agents.h"

#include <algorithm>

#include "common/base/clock.h"

namespace rtpengine::dataplane {

namespace {

constexpr std::uint32_t slots_a_piece = 256;

// The world lives as long as whoever lives in it.
struct Resident {
    std::shared_ptr<const IceAgent::World> world;
    IceAgent agent;
    explicit Resident(std::shared_ptr<const IceAgent::World> in) : world(std::move(in)), agent(*world) {}
};

} // namespace

IceAgents::IceAgents(timing::Wheel& wheel, Streams& streams, io::Egress& egress, IceAgent::Changed changed)
    : world_(std::make_shared<const IceAgent::World>(IceAgent::World{wheel, streams, egress, std::move(changed)})) {}

std::shared_ptr<IceAgent> IceAgents::find(std::uint64_t number) {
    if (auto known = agents_[number].lock()) return known;
    auto resident = std::make_shared<Resident>(world_);
    const std::shared_ptr<IceAgent> agent(resident, &resident->agent);
    agents_[number] = agent;
    if (agents_.size() >= sweep_at_) {
        std::erase_if(agents_, [](const auto& entry) { return entry.second.expired(); });
        sweep_at_ = std::max<std::size_t>(64, agents_.size() * 2);
    }
    return agent;
}

void IceAgents::join(const StreamSpec& spec) {
    auto& stream = world_->streams[spec.slot];
    const auto agent = find(spec.ice->agent);
    if (!stream.ice || &stream.ice->agent() != agent.get()) stream.ice = std::make_unique<IcePort>(agent, spec.slot);
    agent->set(spec.slot, *spec.ice, us_of(BootClock::now()) / 1000);
}

std::uint32_t IceAgents::tell_some(std::uint32_t from) const {
    auto& streams = world_->streams;
    const auto end = std::min(from + slots_a_piece, streams.slots());
    for (; from < end; ++from)
        if (const auto& port = streams[from].ice)
            if (const auto news = port->agent().news(from)) world_->changed(from, *news);
    return from < streams.slots() ? from : 0;
}

} // namespace rtpengine::dataplane
