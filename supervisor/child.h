// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <sys/types.h>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "common/uv/loop.h"
#include "handover.pb.h"
#include "link.pb.h"
#include "supervisor/death.h"
#include "supervisor/machine.h"
#include "supervisor/process.h"

namespace rtpengine::supervisor {

// One child process and its successors: does what machine.h decides.
class Child {
  public:
    struct Spec {
        std::string name; // "control" or the worker's
        std::string kind; // "control" or "worker"
        // Asked at every start. `predecessor`: a pidfd of the process that it shall succeed; -1: there is none.
        std::function<Process(int predecessor)> process;
        std::function<void(Cause)> faulted = [](Cause) {}; // it died by a fault of its own, or was shot because it span
    };
    using Done = std::function<void(const Status&)>;
    // `changed`: the child announced itself ready, gave up or finished.
    Child(uv::Loop& loop, Spec spec, std::function<void(Child&)> changed);

    void start() { apply(Event::start); }
    // Goes on with what hand_over() gave; starts a process if there is none.
    void resume(const handover::Child& from);
    handover::Child hand_over() const;
    // Why it can't be handed over just now; empty: it can.
    std::string unsettled() const;
    void stop();
    // Another process in place of this one, which goes on until the other one stands by. `done` is called once, when the
    // new one is ready or when it is clear that it won't be; a process that works stays then.
    void replace(Done done);
    void heard(const link::Heartbeat& beat); // beats of a predecessor are ignored
    void reap();                             // after SIGCHLD
    void tick();                             // every tick_ms: silence and health are counted in these
    void signal(int number) const;

    const Spec& spec() const { return spec_; }
    State state() const { return state_; }
    pid_t pid() const { return has_process(state_) ? pid_ : 0; }
    unsigned restarts() const { return restarts_; }
    std::uint64_t uptime_s() const; // of the process
    const std::string& detail() const { return detail_; }
    const link::Turns& turns() const { return turns_; } // as it said last

    static constexpr std::uint64_t tick_ms = 500;

  private:
    void apply(Event event);
    void perform(Action action);
    void spawn();
    void terminate();
    void kill();
    void delay();
    void adopt();
    void died(int status);
    void successor_beats(const link::Heartbeat& beat);
    void successor_died(int status);
    void drop_successor(const std::string& why);
    void finish_replacing(const Status& outcome);

    struct Successor {
        pid_t pid;
        bool stands_by = false;
    };

    uv::Loop& loop_;
    Spec spec_;
    std::function<void(Child&)> changed_;
    State state_ = State::down;
    pid_t pid_ = 0;
    unsigned restarts_ = 0, failures_ = 0;
    // In ticks of ours, not by the clock: time in which this process itself stood still is nobody's silence.
    unsigned silent_ticks_ = 0, healthy_ticks_ = 0, starting_ticks_ = 0;
    std::uint64_t started_ms_ = 0;
    std::uint64_t cpu_at_beat_ms_ = 0, worked_ms_ = 0; // processor time: at the last beat, and since, when it was shot
    std::string detail_;
    link::Turns turns_;
    uv::Timer timer_; // the delay before a restart, or the grace after SIGTERM
    std::optional<Successor> successor_;
    Done replaced_; // empty: nobody waits for it
    uv::Timer standby_limit_;
};

} // namespace rtpengine::supervisor
