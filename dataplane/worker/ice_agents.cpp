// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/ice_agents.h"

#include <algorithm>

#include "common/base/clock.h"

namespace rtpengine::dataplane {

namespace {

constexpr std::uint32_t slots_a_piece = 256;

// Of a call, to addresses that haven't answered yet: enough for two agents with as many pairs as they may have, none of which works. An
// SDP may name whom it likes, and each check is sent eight times.
constexpr unsigned checks_at_once = 2000, checks_a_second = 20;

// The world, and what its call may send, live as long as whoever lives there.
struct Resident {
    std::shared_ptr<const IceAgent::World> world;
    std::shared_ptr<ice::Allowance> checks;
    IceAgent agent;
    Resident(std::shared_ptr<const IceAgent::World> in, std::shared_ptr<ice::Allowance> may)
        : world(std::move(in)), checks(std::move(may)), agent(*world, *checks) {}
};

} // namespace

IceAgents::IceAgents(timing::Wheel& wheel, Streams& streams, io::Egress& egress, IceAgent::Changed changed)
    : world_(std::make_shared<const IceAgent::World>(IceAgent::World{wheel, streams, egress, std::move(changed)})) {}

std::shared_ptr<ice::Allowance> IceAgents::checks_of(const std::string& call) {
    auto& known = calls_[call];
    auto checks = known.lock();
    if (!checks) known = checks = std::make_shared<ice::Allowance>(checks_at_once, checks_a_second);
    return checks;
}

std::shared_ptr<IceAgent> IceAgents::find(const IceSpec& spec) {
    if (auto known = agents_[spec.agent].lock()) return known;
    auto resident = std::make_shared<Resident>(world_, checks_of(spec.call));
    const std::shared_ptr<IceAgent> agent(resident, &resident->agent);
    agents_[spec.agent] = agent;
    if (agents_.size() >= sweep_at_) sweep();
    return agent;
}

void IceAgents::sweep() {
    const auto gone = [](const auto& entry) { return entry.second.expired(); };
    std::erase_if(agents_, gone);
    std::erase_if(calls_, gone);
    sweep_at_ = std::max<std::size_t>(64, agents_.size() * 2);
}

void IceAgents::join(const StreamSpec& spec) {
    auto& stream = world_->streams[spec.slot];
    const auto agent = find(*spec.ice);
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
