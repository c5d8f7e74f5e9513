// SPDX-License-Identifier: Apache-2.0
#include "supervisor/child.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <sys/wait.h>

#include "common/base/log.h"
#include "common/child/config.h"

namespace rtpengine::supervisor {

namespace {

constexpr unsigned first_beat_ticks = 20, beat_ticks = 10; // 10 s after the start, 5 s between beats
constexpr std::uint64_t grace_ms = 3000;

std::string how(int status) {
    if (WIFSIGNALED(status))
        return fmt::format("was killed by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
    return fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

bool is_config_error(int status) {
    return WIFEXITED(status) && WEXITSTATUS(status) == child::config_error_exit;
}

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
    case Action::announce: log::info("{} is ready (pid {}): {}", spec_.name, pid_, detail_); break;
    case Action::give_up:
        log::err("{} can't work with its configuration: not started again", spec_.name);
        break;
    case Action::finish: timer_.stop(); break;
    }
    changed_(*this);
}

void Child::spawn() {
    silent_ticks_ = healthy_ticks_ = 0;
    started_ms_ = loop_.now_ms();
    detail_.clear();
    const auto pid = supervisor::spawn(spec_.process());
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
    signal(SIGKILL);
}

void Child::signal(int number) const {
    if (pid() > 0) ::kill(pid_, number);
}

void Child::heard(const link::Heartbeat& beat) {
    if (beat.pid() != pid() || beat.name() != spec_.name) return;
    silent_ticks_ = 0;
    detail_ = beat.detail();
    if (beat.ready()) apply(Event::ready);
}

void Child::tick() {
    if (state_ != State::starting && state_ != State::up) return;
    const bool never_heard = state_ == State::starting;
    if (++silent_ticks_ >= (never_heard ? first_beat_ticks : beat_ticks)) return apply(Event::silent);
    if (state_ == State::up && ++healthy_ticks_ * tick_ms >= forgiven_after_ms) failures_ = 0;
}

void Child::reap() {
    int status = 0;
    if (pid() <= 0 || waitpid(pid_, &status, WNOHANG) != pid_) return;
    died(status);
}

void Child::died(int status) {
    if (state_ == State::stopping)
        log::info("{} (pid {}) {}", spec_.name, pid_, how(status));
    else
        log::err("{} (pid {}) {}", spec_.name, pid_, how(status));
    timer_.stop();
    apply(is_config_error(status) ? Event::died_config : Event::died);
}

std::uint64_t Child::uptime_s() const {
    return pid() > 0 ? (loop_.now_ms() - started_ms_) / 1000 : 0;
}

} // namespace rtpengine::supervisor
