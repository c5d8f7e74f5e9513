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
// Of edge processes: what is answered when it is kept, at the end of a round, shall be on its way while more is worked on.
constexpr unsigned asked_a_round = 8;
constexpr std::size_t kept_in_a_row = 32; // that are kept in a row
constexpr std::uint64_t patience_ms = 500; // with workers, at the end
constexpr std::uint64_t longest_wait_ms = 2000; // at the start, for workers
constexpr std::uint64_t ticks_per_second = 1000 / tick_ms;

} // namespace

// Where somebody is who goes over the calls of all instances in pieces.
struct Service::Walk {
    std::size_t instance = 0;
    std::uint64_t after = 0;

    // `piece(served, after)` returns where to go on in that instance; 0: in the next one. True: that was the last.
    template <class Piece> bool step(const std::vector<std::unique_ptr<Served>>& all, Piece piece) {
        if (instance >= all.size()) return true;
        auto& served = *all[instance];
        const log::About about(served.about());
        after = piece(served, after);
        if (!after) ++instance;
        return instance >= all.size();
    }
};

Service::Service(uv::Loop& loop)
    : loop_(loop), random_(std::random_device{}()), loop_id_(random_hex(random_, 12)),
      timer_(loop, [this] { tick(); }), on_asked_(loop, [this] { serve_some_asked(); }), chores_(loop) {}

// What workers still owe somebody is not answered any more: who asks again is answered by the next process.
Service::~Service() {
    for (auto& served : served_) served->close();
    workers_.reset(); // what it still waits for holds ports of the instances
}

call::Instances Service::instances() const {
    call::Instances all;
    for (const auto& served : served_) all.push_back(&served->instance());
    return all;
}

worker::Workers::Hooks Service::hooks() {
    worker::Workers::Hooks hooks;
    hooks.sync = [this](unsigned worker, std::uint64_t number) { tell(worker, number); };
    hooks.orphan = [this](unsigned worker, const link::StreamResult& result) {
        if (result.outcome() == link::OK) return;
        const bool idle = std::any_of(served_.begin(), served_.end(), [&](auto& each) { return each->instance().lost(result.stream()); });
        if (!idle)
            log::err("worker {} could not open a port of a running call again: {}", workers_->name(worker),
                     result.error().empty() ? "another program has it" : result.error());
    };
    hooks.event = [this](unsigned worker, const link::Event& event) {
        if (event.has_stream() && event.stream().outcome() == link::OK)
            log::info("{}: worker {} could open its port after all", event.scope(), workers_->name(worker));
        for (auto& served : served_) {
            if (event.has_ice()) served->instance().take_news(event.ice());
            if (event.has_dtls() && served->instance().serves(worker)) served->instance().take_news(event.scope(), event.dtls());
        }
    };
    hooks.ctl = [this](const link::CtlRequest& request) { return ctl::answer(request, instances(), *workers_); };
    hooks.edge = [this](std::string_view edge, const link::EdgeRequest& request) {
        asked_.push_back({std::string(edge), request});
        on_asked_.start();
    };
    return hooks;
}

void Service::serve_some_asked() {
    for (unsigned i = 0; i < asked_a_round && !asked_.empty(); ++i) {
        const auto next = std::move(asked_.front());
        asked_.pop_front();
        serve_edge(next.edge, next.request);
    }
    if (asked_.empty()) on_asked_.stop();
}

// While we finish it is left to the next process: it is told again.
void Service::serve_edge(const std::string& edge, const link::EdgeRequest& request) {
    const auto served = std::find_if(served_.begin(), served_.end(),
                                     [&](const auto& each) { return each->instance().config().name() == request.instance(); });
    if (finished_ || served == served_.end()) return;
    const auto token = request.token();
    if (request.has_ctl()) {
        link::EdgeReply reply;
        reply.set_token(token);
        *reply.mutable_ctl() = (*served)->answer(request.ctl(), *workers_);
        return workers_->answer(edge, reply);
    }
    (*served)->receive(request, [this, to = edge, token](std::string_view answer) {
        link::EdgeReply reply;
        reply.set_token(token);
        reply.set_ng(answer.data(), answer.size());
        workers_->answer(to, reply);
    });
}

Result<std::unique_ptr<Service>> Service::create(uv::Loop& loop, const link::ControlConfig& config) {
    std::unique_ptr<Service> service(new Service(loop));
    auto workers = worker::Workers::create(loop, config, service->hooks());
    if (!workers) return workers.error();
    service->workers_ = std::move(*workers);
    service->open_store(config);
    for (const auto& instance : config.instances()) service->add(instance, config.instances_size() > 1);
    service->identities_.emplace(config.runtime_dir() + "/calls.identities", config);
    service->introduce();
    return service;
}

// To whom it concerns: those who write SDP, and those who shake hands.
void Service::introduce() {
    for (auto& served : served_) served->instance().introduce(identities_->certificate(served->instance().config().name()));
    workers_->introduce(identities_->all());
}

void Service::restore() {
    chores_.add([this, restoration = Restoration(*keeper_, instances())]() mutable {
        const bool through = restoration.step();
        if (through) loop_.stop();
        return through;
    });
    loop_.run();
}

Status Service::serve(link::Context& context, const link::ControlConfig& config) {
    if (auto listening = workers_->listen(context, config.runtime_dir()); !listening) return listening;
    for (std::size_t i = 0; i < served_.size(); ++i) served_[i]->listen(loop_, config.instances(static_cast<int>(i)));
    timer_.start_ms(tick_ms, tick_ms);
    return {};
}

void Service::add(const link::InstanceConfig& config, bool several) {
    served_.push_back(std::make_unique<Served>(
        config, several, call::Instance::Shared{*workers_, loop_, stream_ids_, random_, loop_id_}, *keeper_));
    restore_totals(served_.back()->instance());
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
    for (auto& served : served_) served->keeper().counted(served->instance().totals());
    chores_.add([this, walk = Walk{}]() mutable {
        const bool through = walk.step(served_, [](Served& served, std::uint64_t after) {
            return served.instance().calls().walk(after, kept_in_a_row, [&](const auto& call) { served.keeper().changed(call); });
        });
        keeper_->write();
        return through;
    });
}

void Service::finish(std::function<void()> done) {
    finished_ = std::move(done);
    for (auto& served : served_) served->stop_reading();
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
    for (const auto& served : served_) *beat.add_loads() = served->instance().load();
}

// The supervisor says so again and again until the call is gone.
void Service::end_poisoned(const link::Poisoned& poisoned) {
    if (!workers_->exists(poisoned.worker()) || !poisoned_.insert(poisoned.stream()).second) return;
    chores_.add([this, poisoned, walk = Walk{}]() mutable { return look_for(walk, poisoned); });
}

bool Service::look_for(Walk& walk, const link::Poisoned& poisoned) {
    const bool through = walk.step(served_, [&](Served& served, std::uint64_t after) {
        return served.instance().end_poisoned(after, poisoned.stream(), workers_->name(poisoned.worker()), poisoned.deaths());
    });
    if (through) poisoned_.erase(poisoned.stream());
    return through;
}

void Service::tell(unsigned worker, std::uint64_t number) {
    chores_.add([this, worker, number, walk = Walk{}]() mutable { return tell_some(walk, worker, number); });
}

bool Service::tell_some(Walk& walk, unsigned worker, std::uint64_t number) {
    link::Sync part;
    const bool through = walk.step(served_, [&](Served& served, std::uint64_t after) {
        return served.instance().serves(worker) ? served.instance().add_to_sync(worker, after, part) : 0;
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
    for (auto& served : served_) served->tick(chores_);
    if (++ticks_ % ticks_per_second != 0) return;
    for (auto& served : served_) served->sample(*workers_);
    keeper_->look();
    if (identities_->look()) introduce();
    if (workers_) socket_trouble_.look(workers_->renew());
}

} // namespace rtpengine
