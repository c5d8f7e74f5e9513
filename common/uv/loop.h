// SPDX-License-Identifier: Apache-2.0
// Owners for libuv's handles. A libuv handle may outlive its owner: uv_close() ends later, in the loop, so each
// handle lies on the heap and is freed by its close callback; the owner only lets go of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "common/uv/turns.h"

struct uv_loop_s;
struct uv_poll_s;
struct uv_timer_s;
struct uv_signal_s;
struct uv_prepare_s;
struct uv_idle_s;

namespace rtpengine::uv {

class Loop {
  public:
    Loop();
    ~Loop(); // every owner on it must be gone; runs the pending close callbacks
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void run(); // until stop() or until nothing is left to wait for
    void stop();
    std::uint64_t now_ms() const; // monotonic, of this round of the loop
    uv_loop_s* get() const { return loop_.get(); }
    // Those since run() was called first. What is done outside of run() is no turn.
    const Turns& turns() const { return turns_; }

  private:
    struct Reading { // nanoseconds
        std::uint64_t time, idle, cpu;
    };
    Reading read() const;
    void end_turn();

    std::unique_ptr<uv_loop_s> loop_;
    uv_prepare_s* end_of_turn_;
    Reading began_{};
    Turns turns_;
};

// Calls back when a descriptor becomes readable (and/or writable). Does not own the descriptor.
class Poll {
  public:
    Poll(Loop& loop, int fd, std::function<void()> readable);
    ~Poll();
    Poll(const Poll&) = delete;
    Poll& operator=(const Poll&) = delete;

    void pause(); // not watched until resume()
    void resume();

  private:
    std::function<void()> callback_;
    uv_poll_s* handle_;
};

class Timer {
  public:
    Timer(Loop& loop, std::function<void()> expired);
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    // every 0: once. Never expires in the turn that starts it: `after` 0 is 1; for the next round at once there is Idle.
    void start_ms(std::uint64_t after, std::uint64_t every = 0);
    void stop();

  private:
    std::function<void()> callback_;
    uv_timer_s* handle_;
};

class Signal {
  public:
    Signal(Loop& loop, int number, std::function<void()> received);
    ~Signal();
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

  private:
    std::function<void()> callback_;
    uv_signal_s* handle_;
};

// Calls back once in each round while it is started, and the loop doesn't wait meanwhile.
class Idle {
  public:
    Idle(Loop& loop, std::function<void()> round);
    ~Idle();
    Idle(const Idle&) = delete;
    Idle& operator=(const Idle&) = delete;

    void start();
    void stop();

  private:
    std::function<void()> callback_;
    uv_idle_s* handle_;
};

// Calls back once in each round, before the loop waits.
class Prepare {
  public:
    Prepare(Loop& loop, std::function<void()> before_wait);
    ~Prepare();
    Prepare(const Prepare&) = delete;
    Prepare& operator=(const Prepare&) = delete;

  private:
    std::function<void()> callback_;
    uv_prepare_s* handle_;
};

} // namespace rtpengine::uv
