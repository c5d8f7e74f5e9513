// SPDX-License-Identifier: Apache-2.0
#include "supervisor/supervisor.h"

#include <algorithm>
#include <csignal>

#include <unistd.h>

#include "common/base/log.h"
#include "supervisor/notify.h"
#include "supervisor/status.h"

namespace rtpengine::supervisor {

namespace {

constexpr std::uint64_t start_deadline_ms = 20'000, follow_ms = 5'000;

bool is_up(const std::unique_ptr<Child>& child) {
    return child->state() == State::up;
}
bool is_down(const std::unique_ptr<Child>& child) {
    return child->state() == State::down;
}

void shift(link::LogConfig& log, int by) {
    for (auto& [subsystem, level] : *log.mutable_levels())
        level += by;
}

} // namespace

Supervisor::Supervisor(Prepared prepared, Daemon& daemon)
    : prepared_(std::move(prepared)),
      daemon_(daemon),
      started_ms_(loop_.now_ms()),
      deadline_(loop_, [this] { start_timed_out(); }),
      tick_(loop_,
            [this] {
                for (auto& child : children_)
                    child->tick();
            }),
      terminate_(loop_, SIGTERM, [this] { stop(); }),
      interrupt_(loop_, SIGINT, [this] { stop(); }),
      child_gone_(loop_, SIGCHLD,
                  [this] {
                      for (auto& child : children_)
                          child->reap();
                  }),
      hangup_(loop_, SIGHUP, [] { log::notice("SIGHUP ignored: a new configuration needs a restart"); }),
      quieter_(loop_, SIGUSR1, [this] { shift_log_levels(-1, SIGUSR1); }),
      louder_(loop_, SIGUSR2, [this] { shift_log_levels(1, SIGUSR2); }),
      pipe_(loop_, SIGPIPE, [] {}) {}

Status Supervisor::run() {
    follow_devices();
    if (daemon_.detached() && !prepared_.settings.log.to_stderr()) output_.emplace(loop_);
    if (auto opened = open_socket(); !opened) return opened;
    make_children();
    deadline_.start_ms(start_deadline_ms);
    tick_.start_ms(Child::tick_ms, Child::tick_ms);
    for (auto& child : children_)
        child->start();
    loop_.run();
    if (error_) return *error_;
    return {};
}

// By events, and now and then: who else may have changed what we rely on tells nobody.
void Supervisor::follow_devices() {
    if (!prepared_.offload.bpf) return;
    auto& bpf = *prepared_.offload.bpf;
    on_devices_.emplace(loop_, bpf.events(), [&bpf] { bpf.follow(); });
    follow_.emplace(loop_, [&bpf] { bpf.follow(); });
    follow_->start_ms(follow_ms, follow_ms);
}

Status Supervisor::open_socket() {
    auto socket = link::Router::bind(context_, loop_, prepared_.directory.path() + "/supervisor.sock",
                                     [this](auto peer, auto bytes) { arrived(peer, bytes); });
    if (!socket) return socket.error();
    socket_ = *std::move(socket);
    return prepared_.directory.give_to(prepared_.settings.user); // now that all of ours is in it
}

void Supervisor::make_children() {
    const auto add = [&](Child::Spec spec) {
        children_.push_back(
            std::make_unique<Child>(loop_, std::move(spec), [this](Child& child) { changed(child); }));
    };
    add(control_spec());
    for (std::size_t i = 0; i < prepared_.plan.workers.size(); ++i)
        add(worker_spec(i));
}

Child::Spec Supervisor::control_spec() {
    return {"control", "control", [this] {
                std::vector<int> sockets;
                for (const auto& listener : prepared_.listeners)
                    sockets.push_back(listener.get());
                return Process{prepared_.control_executable, "control",
                               prepared_.plan.control.SerializeAsString(), std::move(sockets),
                               output_ ? output_->write_end() : -1};
            }};
}

Child::Spec Supervisor::worker_spec(std::size_t index) {
    const auto& name = prepared_.plan.workers[index].name();
    return {name, "worker", [this, index, name] {
                return Process{prepared_.worker_executable, name,
                               prepared_.plan.workers[index].SerializeAsString(),
                               inherited(prepared_.plan.workers[index]), output_ ? output_->write_end() : -1};
            }};
}

void Supervisor::arrived(std::string_view peer, std::string_view bytes) {
    link::ToSupervisor message;
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return; // nobody we know
    if (message.has_ctl()) return answer(peer, message.ctl());
    for (auto& child : children_)
        child->heard(message.heartbeat());
}

void Supervisor::answer(std::string_view peer, const link::CtlRequest& request) {
    link::CtlReply reply;
    if (request.words_size() == 1 && request.words(0) == "status")
        reply.set_json(status());
    else
        reply.set_error("unknown request; known: status");
    socket_->send(peer, reply.SerializeAsString());
}

std::string Supervisor::status() const {
    SupervisorStatus status{
        RTPENGINE_VERSION, getpid(), (loop_.now_ms() - started_ms_) / 1000, {}, {prepared_.offload.status()}};
    for (const auto& child : children_)
        status.children.push_back({child->spec().name, child->spec().kind, std::string(name(child->state())),
                                   child->detail(), child->pid(), child->restarts(), child->uptime_s()});
    return status_json(status, prepared_.plan.control);
}

void Supervisor::changed(Child& child) {
    if (phase_ == Phase::stopping) return stop_next();
    if (child.state() == State::failed) return child_failed(child);
    if (phase_ == Phase::starting && std::all_of(children_.begin(), children_.end(), is_up))
        return complete_start();
    if (phase_ == Phase::running) notify_status(summary());
}

// A worker that can't work takes nothing from the others; without control there is nothing to do for anybody.
void Supervisor::child_failed(const Child& child) {
    if (phase_ == Phase::running && child.spec().kind == "worker") return notify_status(summary());
    stop(Error{child.spec().name + " can't work with its configuration; its own message says why"});
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
    for (const auto& child : children_)
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
    notify_stopping();
    log::info("shutting down");
    stop_next();
}

// Control first: it must not see its workers vanish. Each step comes here again when a child has gone.
void Supervisor::stop_next() {
    if (children_.empty()) return loop_.stop();
    if (!is_down(children_.front())) {
        if (children_.front()->state() != State::stopping) children_.front()->stop();
        return;
    }
    for (auto& child : children_)
        if (!is_down(child) && child->state() != State::stopping) child->stop();
    if (std::all_of(children_.begin(), children_.end(), is_down)) loop_.stop();
}

void Supervisor::shift_log_levels(int by, int signal) {
    log::shift_levels(by);
    shift(*prepared_.plan.control.mutable_log(), by); // for those that are started later
    for (auto& worker : prepared_.plan.workers)
        shift(*worker.mutable_log(), by);
    for (const auto& child : children_)
        child->signal(signal);
}

std::string Supervisor::summary() const {
    const auto up = std::count_if(children_.begin(), children_.end(), is_up);
    return fmt::format("{} of {} processes ready", up, children_.size());
}

} // namespace rtpengine::supervisor
