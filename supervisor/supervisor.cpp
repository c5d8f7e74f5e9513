// SPDX-License-Identifier: Apache-2.0
#include "supervisor/supervisor.h"

#include <algorithm>
#include <csignal>

#include <unistd.h>

#include "common/base/log.h"
#include "common/state/map.h"
#include "supervisor/notify.h"

namespace rtpengine::supervisor {

namespace {

constexpr std::uint64_t start_deadline_ms = 20'000;

bool is_up(const Child* child) { return child->state() == State::up; }
bool is_down(const Child* child) { return child->state() == State::down; }

void shift(link::LogConfig& log, int by) {
    for (auto& [subsystem, level] : *log.mutable_levels())
        level += by;
}

} // namespace

Supervisor::Supervisor(Prepared prepared, Daemon& daemon, CommandLine command, Reload load)
    : prepared_(std::move(prepared)),
      daemon_(daemon),
      command_(std::move(command)),
      load_(std::move(load)),
      surroundings_(loop_, prepared_),
      started_ms_(loop_.now_ms()),
      deadline_(loop_, [this] { start_timed_out(); }),
      tick_(loop_,
            [this] {
                for (auto* child : children())
                    child->tick();
                check_drains();
                reload_if_wanted();
                renew_directory();
            }),
      sweep_(loop_, [this] { sweep(); }),
      again_(loop_, [this] { renew_control({}); }),
      log_drain_(loop_),
      terminate_(loop_, SIGTERM, [this] { stop(); }),
      interrupt_(loop_, SIGINT, [this] { stop(); }),
      child_gone_(loop_, SIGCHLD,
                  [this] {
                      for (auto* child : children())
                          child->reap();
                  }),
      hangup_(loop_, SIGHUP,
              [this] {
                  reload_wanted_ = true;
                  reload_if_wanted();
              }),
      quieter_(loop_, SIGUSR1, [this] { shift_log_levels(-1, SIGUSR1); }),
      louder_(loop_, SIGUSR2, [this] { shift_log_levels(1, SIGUSR2); }),
      pipe_(loop_, SIGPIPE, [] {}) {}

Status Supervisor::run() {
    if (daemon_.detached() && !prepared_.settings.log.to_stderr()) output_.emplace(loop_);
    if (auto begun = begin(); !begun) return begun;
    deadline_.start_ms(start_deadline_ms);
    for (auto* child : children())
        child->start();
    return serve();
}

// All but the processes.
Status Supervisor::begin() {
    if (auto opened = open_socket(); !opened) return opened;
    surroundings_.follow();
    make_control();
    for (auto& instance : prepared_.instances)
        make_workers(*instance);
    tick_.start_ms(Child::tick_ms, Child::tick_ms);
    return {};
}

Status Supervisor::serve() {
    loop_.run();
    if (error_) return *error_;
    return {};
}

// Successors of children look for everything there. Children make their own files in it again.
void Supervisor::renew_directory() {
    const auto renewed = prepared_.directory.renew();
    auto status = renewed ? socket_->renew() : Status(renewed.error());
    if (status && *renewed) {
        log::err("the runtime directory {} had been removed: it is made again", prepared_.directory.path());
        status = prepared_.directory.give_to(prepared_.settings.user);
    }
    directory_trouble_.look(status);
}

Status Supervisor::open_socket() {
    auto socket = link::Router::bind(context_, loop_, prepared_.directory.path() + "/supervisor.sock",
                                     [this](auto peer, auto bytes) { arrived(peer, bytes); });
    if (!socket) return socket.error();
    socket_ = *std::move(socket);
    return prepared_.directory.give_to(prepared_.settings.user); // now that all of ours is in it
}

void Supervisor::make_control() {
    control_ = std::make_unique<Child>(
        loop_, Child::Spec{"control", "control", [this](int predecessor) { return control_process(predecessor); }},
        [this](Child& child) { changed(child); });
}

void Supervisor::make_workers(Instance& instance) {
    for (auto& group : instance.groups())
        surroundings_.follow_devices(group);
    for (auto* worker : instance.workers()) {
        if (worker->child) continue;
        const auto process = [this, &instance, worker](int predecessor) {
            return worker_process(instance, *worker, predecessor);
        };
        worker->child = std::make_unique<Child>(
            loop_, Child::Spec{worker->config.name(), "worker", process, [this, worker](Cause cause) { faulted(*worker, cause); }},
            [this](Child& child) { changed(child); });
    }
}

link::Privileges Supervisor::privileges() const {
    link::Privileges privileges;
    privileges.set_user(prepared_.settings.user);
    privileges.set_supervisor_pid(getpid());
    return privileges;
}

link::ControlConfig Supervisor::control_config() const {
    link::ControlConfig config;
    config.set_runtime_dir(prepared_.directory.path());
    *config.mutable_log() = prepared_.settings.log;
    *config.mutable_privileges() = privileges();
    for (const auto& instance : prepared_.instances) {
        *config.add_instances() = instance->config();
        for (const auto& info : instance->worker_infos(true))
            *config.add_workers() = info;
    }
    return config;
}

Process Supervisor::control_process(int predecessor) {
    auto config = control_config();
    if (predecessor >= 0) config.set_predecessor_fd(predecessor);
    return {prepared_.programs.control, "control", config.SerializeAsString(), descriptors_of(config),
            output_ ? output_->write_end() : -1};
}

Process Supervisor::worker_process(const Instance& instance, const Worker& worker, int predecessor) {
    auto config = worker.config;
    for (const auto& info : instance.worker_infos(false))
        *config.add_workers() = info;
    *config.mutable_log() = prepared_.settings.log;
    *config.mutable_privileges() = privileges();
    if (prepared_.instances.size() > 1) config.set_instance(instance.name());
    if (predecessor >= 0) config.set_predecessor_fd(predecessor);
    return {prepared_.programs.worker, config.name(), config.SerializeAsString(), descriptors_of(config),
            output_ ? output_->write_end() : -1};
}

std::vector<Child*> Supervisor::children() const {
    std::vector<Child*> all;
    if (control_) all.push_back(control_.get());
    for (const auto& instance : prepared_.instances)
        for (auto* worker : instance->workers())
            if (worker->child) all.push_back(worker->child.get());
    for (const auto& worker : retired_)
        if (worker->child) all.push_back(worker->child.get());
    return all;
}

Child* Supervisor::find_child(const std::string& name) const {
    for (auto* child : children())
        if (child->spec().name == name) return child;
    return nullptr;
}

Instance* Supervisor::find_instance(const std::string& name) const {
    for (const auto& instance : prepared_.instances)
        if (instance->name() == name) return instance.get();
    return nullptr;
}

void Supervisor::arrived(std::string_view peer, std::string_view bytes) {
    link::ToSupervisor message;
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return; // nobody we know
    if (message.has_ctl()) return answer(peer, message.ctl());
    heard(peer, message.heartbeat());
}

void Supervisor::heard(std::string_view peer, const link::Heartbeat& beat) {
    for (auto* child : children())
        child->heard(beat);
    if (beat.pid() != control_->pid() || !beat.ready()) return;
    for (const auto& poisoned : tally_.poisoned(loop_.now_ms())) {
        link::FromSupervisor message;
        *message.mutable_poisoned() = poisoned;
        socket_->send(peer, message.SerializeAsString());
    }
    loads_.clear();
    for (const auto& load : beat.loads())
        loads_[load.instance()] = load;
    check_drains();
    remove_drained();
}

void Supervisor::changed(Child& child) {
    if (phase_ == Phase::stopping) return stop_next();
    if (child.state() == State::failed) return child_failed(child);
    if (child.state() == State::down) return sweep_.start_ms(0); // it can't go while it calls us
    const auto all = children();
    if (phase_ == Phase::starting && std::all_of(all.begin(), all.end(), is_up)) return complete_start();
    if (phase_ == Phase::running) notify_status(summary());
}

// A worker that can't work takes nothing from the others; without control there is nothing to do for anybody.
void Supervisor::child_failed(const Child& child) {
    if (phase_ == Phase::running && child.spec().kind == "worker") return notify_status(summary());
    stop(Error{child.spec().name + " can't work with its configuration; its own message says why"});
}

// What it was at is in its shared state. It is not tried again: what was in its hands may be what it died of.
void Supervisor::faulted(Worker& worker, Cause cause) {
    worker.renew_transit();
    if (cause != Cause::at_work) return;
    const auto stream = state::Map::working(worker.records);
    if (tally_.add(worker.config.index(), stream, loop_.now_ms()))
        log::err("{} has died {} times at work on stream {}: its call will be ended", worker.config.name(),
                 DeathTally::enough, stream);
}

void Supervisor::complete_start() {
    deadline_.stop();
    if (const auto& path = prepared_.settings.pidfile; !path.empty())
        if (auto written = write_pidfile(path); !written) return stop(written.error());
    phase_ = Phase::running;
    log::info("startup complete");
    watchdog_ = start_watchdog(loop_);
    notify_ready(summary());
    daemon_.ready(prepared_.settings.log.to_stderr());
}

void Supervisor::start_timed_out() {
    std::string missing;
    for (const auto* child : children())
        if (!is_up(child))
            missing += (missing.empty() ? "" : ", ") + child->spec().name + " (" +
                       std::string(name(child->state())) + ")";
    stop(Error{"not ready after 20 seconds: " + missing});
}

void Supervisor::stop(std::optional<Error> why) {
    if (phase_ == Phase::stopping) return;
    phase_ = Phase::stopping;
    error_ = std::move(why);
    deadline_.stop();
    again_.stop();
    rehearsal_.reset();
    notify_stopping();
    log::info("shutting down");
    stop_next();
}

// Control first: it must not see its workers vanish. Each step comes here again when a child has gone.
void Supervisor::stop_next() {
    const auto all = children();
    if (all.empty()) return loop_.stop();
    if (!is_down(all.front())) {
        if (all.front()->state() != State::stopping) all.front()->stop();
        return;
    }
    for (auto* child : all)
        if (!is_down(child) && child->state() != State::stopping) child->stop();
    if (std::all_of(all.begin(), all.end(), is_down)) loop_.stop();
}

void Supervisor::shift_log_levels(int by, int signal) {
    log::shift_levels(by);
    shift(prepared_.settings.log, by); // for those that are started later
    for (const auto* child : children())
        child->signal(signal);
}

std::string Supervisor::summary() const {
    const auto all = children();
    const auto up = std::count_if(all.begin(), all.end(), is_up);
    return fmt::format("{} of {} processes ready", up, all.size());
}

} // namespace rtpengine::supervisor
