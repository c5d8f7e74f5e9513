// SPDX-License-Identifier: Apache-2.0
#include "control/service.h"

#include <algorithm>

#include "common/base/log.h"
#include "control/random.h"
#include "control/ctl/answers.h"
#include "control/restoration.h"
#include "control/store/reader.h"

namespace rtpengine {

namespace {

constexpr auto tick_ms = call::Instance::tick_ms;
constexpr std::size_t kept_in_a_row = 32; // that are kept in a row
constexpr std::uint64_t patience_ms = 500; // with workers, at the end
constexpr std::uint64_t longest_wait_ms = 2000; // at the start, for workers
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
    Front(call::Instance& served, bool several)
        : several(several), instance(served),
          commands({[this](std::string_view id) { return instance.has_call(id); }, instance.flag_defaults(),
                    [this] { return statistics_input(instance, traffic); }, control}),
          dispatcher(commands, control, about()) {
        commands.set("offer", verb(instance, &call::Instance::offer));
        commands.set("answer", verb(instance, &call::Instance::answer));
        commands.set("delete", verb(instance, &call::Instance::remove));
        commands.set("query", verb(instance, &call::Instance::query));
        commands.set("list", verb(instance, &call::Instance::list));
        commands.set("block media", verb(instance, &call::Instance::block_media));
        commands.set("unblock media", verb(instance, &call::Instance::unblock_media));
    }

    // What is logged is about this instance, where there are several.
    const std::string* about() const { return several ? &instance.config().name() : nullptr; }

    bool several;
    call::Instance& instance;
    TrafficSampler traffic;
    stats::ControlStatistics control;
    ng::Commands commands;
    ng::Dispatcher dispatcher;
    std::vector<std::unique_ptr<ng::Server>> servers;
    bool going_round = false;
};

// Where somebody is who goes over the calls of all instances in pieces.
struct Service::Walk {
    std::size_t instance = 0;
    std::uint64_t after = 0;

    // `piece(front, after)` returns where to go on in that instance; 0: in the next one. True: that was the last.
    template <class Piece> bool step(const std::vector<std::shared_ptr<Front>>& fronts, Piece piece) {
        if (instance >= fronts.size()) return true;
        auto& front = *fronts[instance];
        const log::About about(front.about());
        after = piece(front, after);
        if (!after) ++instance;
        return instance >= fronts.size();
    }
};

Service::Service(uv::Loop& loop)
    : loop_(loop), random_(std::random_device{}()), loop_id_(random_hex(random_, 12)),
      timer_(loop, [this] { tick(); }), chores_(loop) {}

worker::Workers::Hooks Service::hooks() {
    worker::Workers::Hooks hooks;
    hooks.sync = [this](unsigned worker, std::uint64_t number) { tell(worker, number); };
    hooks.orphan = [this](unsigned worker, const link::StreamResult& result) {
        if (result.outcome() == link::OK) return;
        const bool idle = std::any_of(instances_.begin(), instances_.end(), [&](auto& each) { return each->lost(result.stream()); });
        if (!idle)
            log::err("worker {} could not open a port of a running call again: {}", workers_->name(worker),
                     result.error().empty() ? "another program has it" : result.error());
    };
    hooks.event = [this](unsigned worker, const link::Event& event) {
        if (event.has_stream() && event.stream().outcome() == link::OK)
            log::info("{}: worker {} could open its port after all", event.scope(), workers_->name(worker));
    };
    hooks.ctl = [this](const link::CtlRequest& request) { return ctl::answer(request, instances_, *workers_); };
    return hooks;
}

Result<std::unique_ptr<Service>> Service::create(uv::Loop& loop, const link::ControlConfig& config) {
    std::unique_ptr<Service> service(new Service(loop));
    auto workers = worker::Workers::create(loop, config, service->hooks());
    if (!workers) return workers.error();
    service->workers_ = std::move(*workers);
    service->open_store(config);
    for (const auto& instance : config.instances()) service->add_instance(instance, config.instances_size() > 1);
    return service;
}

void Service::restore() {
    chores_.add([this, restoration = Restoration(*keeper_, instances_)]() mutable {
        const bool through = restoration.step();
        if (through) loop_.stop();
        return through;
    });
    loop_.run();
}

Status Service::serve(link::Context& context, const link::ControlConfig& config) {
    if (auto listening = workers_->listen(context, config.runtime_dir()); !listening) return listening;
    for (std::size_t i = 0; i < fronts_.size(); ++i) listen(*fronts_[i], config.instances(static_cast<int>(i)));
    timer_.start_ms(tick_ms, tick_ms);
    return {};
}

void Service::add_instance(const link::InstanceConfig& config, bool several) {
    names_.push_back(std::make_unique<std::string>(config.name()));
    keepers_.push_back(std::make_unique<store::InstanceKeeper>(*keeper_, *names_.back()));
    instances_.push_back(std::make_unique<call::Instance>(
        config, call::Instance::Shared{*workers_, loop_, stream_ids_, random_, loop_id_, keepers_.back().get()}));
    restore_totals(*instances_.back());
    fronts_.push_back(std::make_shared<Front>(*instances_.back(), several));
}

// Those of an instance that has gone since are forgotten: another one may have its name.
void Service::read_totals(store::Store& store, const link::ControlConfig& config) {
    auto read = store.totals();
    if (!read) return log::err("{}", read.error().message);
    totals_ = *std::move(read);
    auto gone = totals_;
    for (const auto& instance : config.instances()) gone.erase(instance.name());
    for (auto& [name, record] : gone) record.reset();
    if (auto removed = store.commit({}, gone); !removed) log::err("{}", removed.error().message);
}

void Service::restore_totals(call::Instance& instance) const {
    store::Totals record;
    const auto found = totals_.find(instance.config().name());
    if (found != totals_.end() && record.ParseFromString(*found->second)) instance.restore(store::read_totals(record));
}

// A store that is no use is replaced: better no calls of the past than none in the future. One that the host has no room or no
// descriptor for just now may be of use later.
Result<std::unique_ptr<store::Store>> Service::open_or_replace(const std::string& path) {
    auto store = store::Store::open(path);
    if (store || !store::Store::is_no_use(store.error())) return store;
    log::err("{}: starting with an empty one; calls of a former process are lost", store.error().message);
    store::Store::remove(path);
    return store::Store::open(path);
}

void Service::open_store(const link::ControlConfig& config) {
    const auto path = config.runtime_dir() + "/calls.mdb";
    auto store = open_or_replace(path);
    if (!store) log::err("{}: calls would not survive this process; it is tried again", store.error().message);
    if (store) read_totals(**store, config);
    keeper_ = std::make_unique<store::Keeper>(loop_, store ? *std::move(store) : nullptr);
    keeper_->open_by([path] { return open_or_replace(path); }, [this] { keep_all(); });
}

// Each piece is written as it is found: marking calls costs nothing, so that a turn would find very many.
void Service::keep_all() {
    for (std::size_t i = 0; i < instances_.size(); ++i) keepers_[i]->counted(instances_[i]->totals());
    chores_.add([this, walk = Walk{}]() mutable {
        const bool through = walk.step(fronts_, [&](Front& front, std::uint64_t after) {
            auto& keeper = *keepers_[walk.instance];
            return front.instance.calls().walk(after, kept_in_a_row, [&](const auto& call) { keeper.changed(call); });
        });
        keeper_->write();
        return through;
    });
}

void Service::listen(Front& front, const link::InstanceConfig& config) {
    for (const auto& listener : config.listeners())
        front.servers.push_back(std::make_unique<ng::Server>(loop_, Fd(listener.fd()), front.dispatcher));
}

void Service::finish(std::function<void()> done) {
    finished_ = std::move(done);
    for (auto& front : fronts_)
        for (auto& server : front->servers) server->stop_reading();
    const auto end = [this] {
        if (finished_) std::exchange(finished_, nullptr)();
    };
    patience_.emplace(loop_, end);
    patience_->start_ms(patience_ms);
    on_round_.emplace(loop_, [this, end] {
        if (workers_->idle()) end();
    });
}

void Service::add_loads(link::Heartbeat& beat) const {
    if (const auto trouble = keeper_->trouble(); !trouble.empty()) beat.set_detail(beat.detail() + "; " + trouble);
    for (const auto& instance : instances_) *beat.add_loads() = instance->load();
}

// The supervisor says so again and again until the call is gone.
void Service::end_poisoned(const link::Poisoned& poisoned) {
    if (!workers_->exists(poisoned.worker()) || !poisoned_.insert(poisoned.stream()).second) return;
    chores_.add([this, poisoned, walk = Walk{}]() mutable { return look_for(walk, poisoned); });
}

bool Service::look_for(Walk& walk, const link::Poisoned& poisoned) {
    const bool through = walk.step(fronts_, [&](Front& front, std::uint64_t after) {
        return front.instance.end_poisoned(after, poisoned.stream(), workers_->name(poisoned.worker()), poisoned.deaths());
    });
    if (through) poisoned_.erase(poisoned.stream());
    return through;
}

void Service::tell(unsigned worker, std::uint64_t number) {
    chores_.add([this, worker, number, walk = Walk{}]() mutable { return tell_some(walk, worker, number); });
}

bool Service::tell_some(Walk& walk, unsigned worker, std::uint64_t number) {
    link::Sync part;
    const bool through = walk.step(fronts_, [&](Front& front, std::uint64_t after) {
        return front.instance.serves(worker) ? front.instance.add_to_sync(worker, after, part) : 0;
    });
    part.set_more(!through);
    return !workers_->sync(worker, number, std::move(part)) || through;
}

// Nobody waits for ever for a worker that doesn't come: what can be done without it is done.
void Service::look_if_ready() {
    const auto absent = workers_->absent();
    if (!absent.empty() && ticks_ * tick_ms < longest_wait_ms) return;
    for (const auto& name : absent) log::warning("worker {} has not said hello yet: NG is served without it", name);
    std::exchange(ready_, nullptr)();
}

void Service::tick() {
    if (ready_ && workers_) look_if_ready();
    for (const auto& front : fronts_) go_round(*front);
    if (++ticks_ % ticks_per_second != 0) return;
    for (const auto& front : fronts_) front->traffic.sample(front->instance, *workers_);
    keeper_->look();
    if (workers_) socket_trouble_.look(workers_->renew());
}

void Service::go_round(Front& front) {
    const log::About about(front.about());
    if (!front.instance.tick() || std::exchange(front.going_round, true)) return;
    chores_.add([&front] {
        const log::About about(front.about());
        const bool through = front.instance.go_round();
        front.going_round = !through;
        return through;
    });
}

} // namespace rtpengine
