// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/uv/chores.h"
#include "control/call/instance.h"
#include "control/ng/dispatcher.h"
#include "control/ng/server.h"
#include "control/statistics_input.h"
#include "control/store/keeper.h"

namespace rtpengine {

// One instance at work: its calls, who keeps them, and its commands and listeners towards its SIP proxies.
class Served {
  public:
    // `several`: there are others, so what is logged says that it is about this one. `shared` without a keeper: `store` is it. What
    // both refer to outlives this object.
    Served(const link::InstanceConfig& config, bool several, call::Instance::Shared shared, store::Keeper& store);
    Served(const Served&) = delete;

    call::Instance& instance() { return instance_; }
    const call::Instance& instance() const { return instance_; }
    store::InstanceKeeper& keeper() { return keeper_; }
    const std::string* about() const { return several_ ? &name_ : nullptr; } // for log::About

    // Takes the listeners' descriptors out of `config`.
    void listen(uv::Loop& loop, const link::InstanceConfig& config);
    // A request of a client of the edge process; `send` outlives what is done for it.
    void receive(const link::EdgeRequest& request, ng::ReplyCache::Send send);
    // What its operators ask for, by way of the edge process.
    link::CtlReply answer(const link::CtlRequest& request, const worker::Workers& workers);
    // Takes no more requests.
    void stop_reading();
    // Nor sends replies.
    void close();

    // Every Instance::tick_ms. Adds to `chores` what there is to do.
    void tick(uv::Chores& chores);
    // Once a second.
    void sample(const worker::Workers& workers) { traffic_.sample(instance_, workers); }

  private:
    const std::string name_;
    const bool several_;
    store::InstanceKeeper keeper_;
    call::Instance instance_;
    TrafficSampler traffic_;
    stats::ControlStatistics control_;
    ng::Commands commands_;
    std::unique_ptr<ng::Dispatcher> dispatcher_; // null: closed
    std::vector<std::unique_ptr<ng::Server>> servers_;
    bool going_round_ = false;
};

} // namespace rtpengine
