// SPDX-License-Identifier: Apache-2.0
#include "supervisor/child.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <sys/wait.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/child/config.h"

namespace rtpengine::supervisor {

namespace {

constexpr unsigned first_beat_ticks = 20, beat_ticks = 10; // 10 s after the start, 5 s between beats
constexpr unsigned ready_ticks = 60;                        // 30 s from the start until it is ready
constexpr std::uint64_t grace_ms = 3000;
constexpr std::uint64_t settled_ms = 1000; // one that is killed after that is started again at once

std::string how(int status) {
    if (WIFSIGNALED(status))
        return fmt::format("was killed by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
    return fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

bool is_config_error(int status) {
    return WIFEXITED(status) && WEXITSTATUS(status) == child::config_error_exit;
}

// By somebody: nothing is wrong with the process.
bool was_killed(int status) { return WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGTERM); }

} // namespace

Child::Child(uv::Loop& loop, Spec spec, std::function<void(Child&)> changed)
    : loop_(loop),
      spec_(std::move(spec)),
      changed_(std::move(changed)),
      timer_(loop, [this] { apply(state_ == State::waiting ? Event::delay_over : Event::grace_over); }) {}

void Child::apply(Event event) {
    const auto [next, action] = step(state_, event);
    state_ = next;
    perform(action);
}

void Child::perform(Action action) {
    switch (action) {
    case Action::none: return;
    case Action::spawn: return spawn();
    case Action::kill: return kill();
    case Action::terminate: return terminate();
    case Action::delay: return delay();
    case Action::adopt: return adopt();
    case Action::announce:
        log::info("{} is ready (pid {}): {}", spec_.name, pid_, detail_);
        finish_replacing({});
        break;
    case Action::give_up:
        log::err("{} can't work with its configuration: not started again", spec_.name);
        finish_replacing(Error{"it can't work with its configuration"});
        break;
    case Action::finish: timer_.stop(); break;
    }
    changed_(*this);
}

void Child::resume(const handover::Child& from) {
    restarts_ = from.restarts();
    failures_ = from.failures();
    if (!from.pid()) return start();
    state_ = State::up;
    pid_ = from.pid();
    started_ms_ = from.started_ms();
    detail_ = from.detail();
}

handover::Child Child::hand_over() const {
    handover::Child to;
    to.set_pid(pid());
    to.set_restarts(restarts_);
    to.set_failures(failures_);
    to.set_started_ms(started_ms_);
    to.set_detail(detail_);
    return to;
}

std::string Child::unsettled() const {
    if (is_being_replaced()) return spec_.name + " is being replaced";
    if (state_ == State::up || !has_process(state_)) return {};
    return spec_.name + " is " + std::string(name(state_));
}

void Child::stop() {
    drop_successor("it is being stopped");
    finish_replacing(Error{"it is being stopped"});
    apply(Event::stop);
}

Status Child::replace() {
    if (is_being_replaced()) return Error{"it is being replaced already", EBUSY};
    if (state_ == State::down || state_ == State::waiting || state_ == State::failed) {
        stage_ = Stage::taken_over;
        start();
        return {};
    }
    if (state_ != State::up) return Error{"it is " + std::string(name(state_)), EBUSY};
    const auto predecessor = open_pidfd(pid_);
    if (!predecessor) return cannot("watch it");
    const auto pid = supervisor::spawn(spec_.process(predecessor.get()));
    if (!pid) return pid.error();
    log::info("{}: a successor is starting (pid {})", spec_.name, *pid);
    successor_ = *pid;
    stage_ = Stage::begun;
    return {};
}

void Child::let_go() {
    if (successor_ && stage_ == Stage::stands_by) apply(Event::retire);
}

void Child::give_up(const std::string& why) {
    drop_successor(why);
    if (stage_ < Stage::ready && state_ == State::starting) apply(Event::silent);
    finish_replacing(Error{why});
}

void Child::finish_replacing(const Status& outcome) {
    if (stage_ >= Stage::ready) return;
    stage_ = outcome ? Stage::ready : Stage::failed;
    failure_ = outcome ? Error{} : outcome.error();
}

// It has never been anything to anybody.
void Child::drop_successor(const std::string& why) {
    if (!successor_) return;
    log::err("{}: the successor (pid {}) is given up: {}", spec_.name, successor_, why);
    ::kill(successor_, SIGKILL);
    waitpid(successor_, nullptr, 0);
    successor_ = 0;
    finish_replacing(Error{why});
}

void Child::successor_beats(const link::Heartbeat& beat) {
    if (beat.standby() && stage_ == Stage::begun) stage_ = Stage::stands_by;
}

void Child::successor_died(int status) {
    log::err("{}: the successor (pid {}) {}", spec_.name, successor_, how(status));
    successor_ = 0;
    finish_replacing(Error{"the new process " + how(status) + "; its own message says why"});
}

void Child::adopt() {
    pid_ = successor_;
    successor_ = 0;
    stage_ = Stage::taken_over;
    silent_ticks_ = healthy_ticks_ = starting_ticks_ = 0;
    cpu_at_beat_ms_ = 0;
    started_ms_ = loop_.now_ms();
    detail_.clear();
}

void Child::spawn() {
    timer_.stop();
    silent_ticks_ = healthy_ticks_ = starting_ticks_ = 0;
    cpu_at_beat_ms_ = 0;
    started_ms_ = loop_.now_ms();
    detail_.clear();
    const auto pid = supervisor::spawn(spec_.process(-1));
    if (!pid) { // e.g. no memory: as if it had died
        log::err("{}: {}", spec_.name, pid.error().message);
        pid_ = 0;
        return apply(Event::died);
    }
    pid_ = *pid;
}

void Child::delay() {
    const auto wait = restart_delay_ms(++failures_);
    ++restarts_;
    finish_replacing(Error{"the new process died; it is started again"});
    log::warning("restarting {} {}", spec_.name, wait ? fmt::format("in {} ms", wait) : "at once");
    timer_.start_ms(wait);
}

void Child::terminate() {
    signal(SIGTERM);
    signal(SIGCONT); // one that is stopped would never notice
    timer_.start_ms(grace_ms);
}

void Child::kill() {
    log::err("{} (pid {}) does not {}: killing it", spec_.name, pid_,
             state_ == State::shot ? "answer" : "end");
    worked_ms_ = cpu_ms(pid_) - cpu_at_beat_ms_;
    signal(SIGKILL);
}

void Child::signal(int number) const {
    if (pid() > 0) ::kill(pid_, number);
}

void Child::heard(const link::Heartbeat& beat) {
    if (successor_ && beat.pid() == successor_) return successor_beats(beat);
    if (beat.pid() != pid() || beat.name() != spec_.name) return;
    silent_ticks_ = 0;
    cpu_at_beat_ms_ = cpu_ms(pid_);
    detail_ = beat.detail();
    turns_ = beat.turns();
    if (beat.ready()) apply(Event::ready);
}

void Child::tick() {
    if (state_ != State::starting && state_ != State::up) return;
    const bool never_heard = state_ == State::starting;
    // One that beats and never becomes ready would keep whoever waits for it (reload, restart, upgrade) for ever.
    if (never_heard && ++starting_ticks_ >= ready_ticks) return apply(Event::silent);
    if (++silent_ticks_ >= (never_heard ? first_beat_ticks : beat_ticks)) return apply(Event::silent);
    if (state_ == State::up && ++healthy_ticks_ * tick_ms >= forgiven_after_ms) failures_ = 0;
}

void Child::reap() {
    int status = 0;
    if (successor_ && waitpid(successor_, &status, WNOHANG) == successor_) successor_died(status);
    if (pid() <= 0 || waitpid(pid_, &status, WNOHANG) != pid_) return;
    died(status);
}

void Child::died(int status) {
    const auto cause = cause_of({status, state_ == State::shot, silent_ticks_ * tick_ms, worked_ms_});
    if (state_ == State::stopping || state_ == State::retiring)
        log::info("{} (pid {}) {}", spec_.name, pid_, how(status));
    else
        log::err("{} (pid {}) {}", spec_.name, pid_, how(status));
    timer_.stop();
    if (state_ == State::up && was_killed(status)) // a short delay at most
        failures_ = loop_.now_ms() - started_ms_ >= settled_ms ? 0 : std::min(failures_, 1U);
    if (cause != Cause::other) spec_.faulted(cause);
    if (successor_) return apply(Event::succeeded);
    apply(is_config_error(status) ? Event::died_config : Event::died);
}

std::uint64_t Child::uptime_s() const {
    return pid() > 0 ? (loop_.now_ms() - started_ms_) / 1000 : 0;
}

} // namespace rtpengine::supervisor
