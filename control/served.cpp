// SPDX-License-Identifier: Apache-2.0
#include "control/served.h"

#include <utility>

#include "common/base/log.h"
#include "control/ctl/answers.h"
#include "control/ctl/operate.h"
#include "control/stats/reply.h"
#include "control/verbs/serve.h"

namespace rtpengine {

namespace {

call::Instance::Shared kept_by(call::Keeper& keeper, call::Instance::Shared shared) {
    shared.keeper = &keeper;
    return shared;
}

} // namespace

Served::Served(const link::InstanceConfig& config, bool several, call::Instance::Shared shared, store::Keeper& store)
    : name_(config.name()), several_(several), keeper_(store, name_), instance_(config, kept_by(keeper_, std::move(shared))),
      commands_({[this](std::string_view id) { return instance_.has_call(id); }, instance_.flag_defaults(),
                 [this] { return statistics_input(instance_, traffic_); }, control_}),
      dispatcher_(std::make_unique<ng::Dispatcher>(commands_, control_, about())) {
    verbs::serve_all(commands_, instance_);
}

void Served::listen(uv::Loop& loop, const link::InstanceConfig& config) {
    for (const auto& listener : config.listeners())
        servers_.push_back(std::make_unique<ng::Server>(loop, Fd(listener.fd()), *dispatcher_));
}

void Served::receive(const link::EdgeRequest& request, ng::ReplyCache::Send send) {
    const Endpoint peer{Address::from_bytes(request.peer().address()), static_cast<std::uint16_t>(request.peer().port())};
    if (dispatcher_) dispatcher_->receive(request.ng(), peer, std::move(send));
}

link::CtlReply Served::answer(const link::CtlRequest& request, const worker::Workers& workers) {
    const log::About about_us(about());
    const auto statistics = [this](ng::Writer& to) { stats::write_statistics(statistics_input(instance_, traffic_), control_, to); };
    if (auto done = ctl::operate(request, instance_, statistics)) return *std::move(done);
    return ctl::answer(request, {&instance_}, workers);
}

void Served::stop_reading() {
    for (auto& server : servers_) server->stop_reading();
}

void Served::close() {
    servers_.clear();
    dispatcher_.reset();
}

void Served::tick(uv::Chores& chores) {
    const log::About about_us(about());
    if (!instance_.tick() || std::exchange(going_round_, true)) return;
    chores.add([this] {
        const log::About about_us(about());
        const bool through = instance_.go_round();
        going_round_ = !through;
        return through;
    });
}

} // namespace rtpengine
