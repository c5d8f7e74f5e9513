// SPDX-License-Identifier: Apache-2.0
#include "supervisor/supervisor.h"

#include <csignal>

#include "common/base/log.h"
#include "supervisor/notify.h"
#include "supervisor/operation/removal.h"
#include "supervisor/operation/start.h"
#include "supervisor/operation/stop.h"

namespace rtpengine::supervisor {

using operation::Kind;

namespace {

void shift(link::LogConfig& log, int by) {
    for (auto& [subsystem, level] : *log.mutable_levels())
        level += by;
}

} // namespace

Supervisor::Supervisor(Prepared prepared, Daemon& daemon, CommandLine command, Load load)
    : daemon_(daemon),
      load_(std::move(load)),
      fleet_(loop_, std::move(prepared), [this](Child& child) { changed(child); }, [this] { operations_.look(); }),
      succession_(fleet_, std::move(command), loop_.now_ms()),
      operations_(loop_),
      tick_(loop_, [this] { tick(); }),
      log_drain_(loop_),
      terminate_(loop_, SIGTERM, [this] { stop(); }),
      interrupt_(loop_, SIGINT, [this] { stop(); }),
      child_gone_(loop_, SIGCHLD, [this] { reap(); }),
      hangup_(loop_, SIGHUP, [this] { hung_up(); }),
      quieter_(loop_, SIGUSR1, [this] { shift_log_levels(-1, SIGUSR1); }),
      louder_(loop_, SIGUSR2, [this] { shift_log_levels(1, SIGUSR2); }),
      pipe_(loop_, SIGPIPE, [] {}) {}

Status Supervisor::run() {
    if (daemon_.detached() && !fleet_.settings().log.to_stderr()) fleet_.capture_output();
    if (auto begun = begin(); !begun) return begun;
    const operation::Start::Duties duties{[this] { return announce(); }, [this](const Error& why) { stop(why); }};
    if (auto asked = operations_.ask(Kind::start, std::make_unique<operation::Start>(fleet_, duties)); !asked) return asked;
    return serve();
}

Status Supervisor::take_over(const handover::Handover& from) {
    if (auto begun = begin(); !begun) return begun;
    succession_.take_over(from);
    admit_signals();
    reap();
    watchdog_ = start_watchdog(loop_);
    notify_ready(fleet_.summary());
    return serve();
}

// All but the processes.
Status Supervisor::begin() {
    if (auto opened = open_socket(); !opened) return opened;
    fleet_.begin();
    tick_.start_ms(Child::tick_ms, Child::tick_ms);
    return {};
}

Status Supervisor::serve() {
    loop_.run();
    if (error_) return *error_;
    return {};
}

Status Supervisor::open_socket() {
    auto& prepared = fleet_.prepared();
    auto socket = link::Router::bind(context_, loop_, prepared.directory.path() + "/supervisor.sock",
                                     [this](auto peer, auto bytes) { arrived(peer, bytes); });
    if (!socket) return socket.error();
    socket_ = *std::move(socket);
    return prepared.directory.give_to(prepared.settings.user); // now that all of ours is in it
}

// Successors of children look for everything there. Children make their own files in it again.
void Supervisor::renew_directory() {
    auto& prepared = fleet_.prepared();
    const auto renewed = prepared.directory.renew();
    auto status = renewed ? socket_->renew() : Status(renewed.error());
    if (status && *renewed) {
        log::err("the runtime directory {} had been removed: it is made again", prepared.directory.path());
        status = prepared.directory.give_to(prepared.settings.user);
    }
    directory_trouble_.look(status);
}

Status Supervisor::announce() {
    if (const auto& path = fleet_.settings().pidfile; !path.empty())
        if (auto written = write_pidfile(path); !written) return written;
    log::info("startup complete");
    watchdog_ = start_watchdog(loop_);
    notify_ready(fleet_.summary());
    daemon_.ready(fleet_.settings().log.to_stderr());
    return {};
}

void Supervisor::arrived(std::string_view peer, std::string_view bytes) {
    link::ToSupervisor message;
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return; // nobody we know
    if (message.has_ctl()) return answer(peer, message.ctl());
    heard(peer, message.heartbeat());
}

void Supervisor::heard(std::string_view peer, const link::Heartbeat& beat) {
    for (auto* child : fleet_.children())
        child->heard(beat);
    operations_.look();
    if (beat.pid() != fleet_.control().pid() || !beat.ready()) return;
    for (const auto& poisoned : fleet_.poisoned()) {
        link::FromSupervisor message;
        *message.mutable_poisoned() = poisoned;
        socket_->send(peer, message.SerializeAsString());
    }
    fleet_.heard(beat);
    if (operations_.going_on() || !operation::Removal::is_wanted(fleet_)) return;
    if (auto asked = operations_.ask(Kind::removal, std::make_unique<operation::Removal>(fleet_)); !asked)
        log::err("what is not used any more stays: {}", asked.error().message);
}

// Calls back from within the child: it can't go now.
void Supervisor::changed(Child& child) {
    const bool lives = !is_stopping();
    if (lives && child.state() == State::failed && &child == &fleet_.control())
        return stop(Error{"control can't work with its configuration; its own message says why"});
    if (lives && child.state() == State::down) fleet_.retirement().child_is_down();
    if (lives && operations_.going_on() != Kind::start) notify_status(fleet_.summary());
    operations_.look();
}

void Supervisor::tick() {
    for (auto* child : fleet_.children())
        child->tick();
    operations_.look();
    renew_directory();
}

void Supervisor::reap() {
    for (auto* child : fleet_.children())
        child->reap();
    operations_.look();
}

// It can't be refused. One that waits for its turn is enough.
void Supervisor::hung_up() {
    if (operations_.waits(Kind::reload)) return;
    auto reload = std::make_unique<operation::Reload>(fleet_, load_, [](const auto&) {});
    if (auto asked = operations_.ask(Kind::reload, std::move(reload), true); !asked)
        log::err("the configuration stays as it is: {}", asked.error().message);
}

void Supervisor::stop(std::optional<Error> why) {
    if (is_stopping()) return;
    error_ = std::move(why);
    notify_stopping();
    log::info("shutting down");
    const auto ended = [this] { loop_.stop(); };
    if (auto asked = operations_.ask(Kind::stop, std::make_unique<operation::Stop>(fleet_, ended)); !asked) ended();
}

bool Supervisor::is_stopping() const { return operations_.going_on() == Kind::stop || operations_.waits(Kind::stop); }

void Supervisor::shift_log_levels(int by, int signal) {
    log::shift_levels(by);
    shift(fleet_.settings().log, by); // for those that are started later
    for (const auto* child : fleet_.children())
        child->signal(signal);
}

} // namespace rtpengine::supervisor
