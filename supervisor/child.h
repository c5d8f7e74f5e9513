// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
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
    // How far a replacement is, or how the last one has ended.
    enum class Stage {
        begun,
        stands_by,  // the successor
        taken_over, // the predecessor is gone; or there was none
        ready,
        failed,
    };
    // `changed`: the child announced itself ready, gave up or finished.
    Child(uv::Loop& loop, Spec spec, std::function<void(Child&)> changed);

    void start() { apply(Event::start); }
    // Goes on with what hand_over() gave; starts a process if there is none.
    void resume(const handover::Child& from);
    handover::Child hand_over() const;
    // Why it can't be handed over just now; empty: it can.
    std::string unsettled() const;
    void stop();
    // Another process in place of this one, which goes on until let_go(). Who asks for it sees to it that it ends: with
    // Stage::ready or failed, or by give_up().
    Status replace();
    Stage stage() const { return stage_; }
    const Error& failure() const { return failure_; } // why stage() is failed
    void let_go();                                    // of the predecessor: the successor stands by
    // A process that works goes on; one that has taken over and isn't ready is shot.
    void give_up(const std::string& why);
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
    bool is_being_replaced() const { return successor_ || stage_ < Stage::ready; }
    void finish_replacing(const Status& outcome);

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
    pid_t successor_ = 0; // 0: there is none
    Stage stage_ = Stage::ready;
    Error failure_;
};

} // namespace rtpengine::supervisor
