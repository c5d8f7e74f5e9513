// SPDX-License-Identifier: Apache-2.0
#include "control/service.h"

#include "common/base/log.h"
#include "control/call/random.h"
#include "control/ctl/answers.h"

namespace rtpengine {

namespace {

constexpr std::uint64_t tick_ms = 50; // readiness is noticed this fast; everything else is done once a second
constexpr std::uint64_t ticks_per_second = 1000 / tick_ms;

ng::Handler verb(call::Instance& instance, void (call::Instance::*method)(const ng::Dict&, call::Answer)) {
    return [&instance, method](const ng::RequestContext&, ng::Dict body, ng::Responder responder) {
        (instance.*method)(body, call::Answer(std::move(responder)));
    };
}

ng::Handler verb(call::Instance& instance,
                 void (call::Instance::*method)(const Endpoint&, const ng::Dict&, call::Answer)) {
    return [&instance, method](const ng::RequestContext& context, ng::Dict body, ng::Responder responder) {
        (instance.*method)(context.peer, body, call::Answer(std::move(responder)));
    };
}

} // namespace

struct Service::Front {
    explicit Front(call::Instance& served)
        : instance(served),
          commands({[this](std::string_view id) { return instance.has_call(id); }, instance.flag_defaults(),
                    [this] { return statistics_input(instance, traffic); }, control}),
          dispatcher(commands, control) {
        commands.set("offer", verb(instance, &call::Instance::offer));
        commands.set("answer", verb(instance, &call::Instance::answer));
        commands.set("delete", verb(instance, &call::Instance::remove));
        commands.set("query", verb(instance, &call::Instance::query));
        commands.set("list", verb(instance, &call::Instance::list));
        commands.set("block media", verb(instance, &call::Instance::block_media));
        commands.set("unblock media", verb(instance, &call::Instance::unblock_media));
    }

    call::Instance& instance;
    TrafficSampler traffic;
    stats::ControlStatistics control;
    ng::Commands commands;
    ng::Dispatcher dispatcher;
    std::vector<std::unique_ptr<ng::Server>> servers;
};

Service::Service(uv::Loop& loop)
    : loop_(loop), random_(std::random_device{}()), loop_id_(call::random_hex(random_, 12)),
      timer_(loop, [this] { tick(); }) {
    timer_.start_ms(tick_ms, tick_ms);
}

Result<std::unique_ptr<Service>> Service::start(link::Context& context, uv::Loop& loop,
                                                const link::ControlConfig& config) {
    std::unique_ptr<Service> service(new Service(loop));
    auto* raw = service.get();
    worker::Workers::Hooks hooks;
    hooks.sync = [raw](unsigned worker, link::Sync& sync) {
        for (const auto& instance : raw->instances_) instance->add_to_sync(worker, sync);
    };
    hooks.orphan = [raw](unsigned worker, const link::StreamResult& result) {
        if (result.outcome() != link::OK)
            log::err("worker {} could not open a port of a running call again: {}", raw->workers_->name(worker),
                     result.error().empty() ? "another program has it" : result.error());
    };
    hooks.ctl = [raw](const link::CtlRequest& request) {
        return ctl::answer(request, raw->instances_, *raw->workers_);
    };
    auto workers = worker::Workers::start(context, loop, config, std::move(hooks));
    if (!workers) return workers.error();
    service->workers_ = std::move(*workers);
    for (const auto& instance : config.instances()) service->add_instance(instance);
    return service;
}

void Service::add_instance(const link::InstanceConfig& config) {
    instances_.push_back(std::make_unique<call::Instance>(
        config, call::Instance::Shared{*workers_, loop_, stream_ids_, random_, loop_id_}));
    fronts_.push_back(std::make_shared<Front>(*instances_.back()));
    serve(*fronts_.back(), config);
}

void Service::serve(Front& front, const link::InstanceConfig& config) {
    for (const auto& listener : config.listeners())
        front.servers.push_back(std::make_unique<ng::Server>(loop_, Fd(listener.fd()), front.dispatcher));
}

void Service::tick() {
    if (ready_ && workers_ && workers_->all_connected()) std::exchange(ready_, nullptr)();
    if (++ticks_ % ticks_per_second != 0) return;
    for (const auto& front : fronts_) {
        front->instance.tick();
        front->traffic.sample(front->instance, *workers_);
    }
}

} // namespace rtpengine
