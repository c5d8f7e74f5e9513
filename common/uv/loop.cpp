// SPDX-License-Identifier: Apache-2.0
#include "common/uv/loop.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <uv.h>

namespace rtpengine::uv {

namespace {

// libuv fails here only without memory or descriptors for its own loop, at start: there is nothing to go on with.
void must(int result, const char* what) {
    if (result == 0) return;
    const char* advice = result == UV_EMFILE ? ": raise the limit (ulimit -n, LimitNOFILE=)" : "";
    std::fprintf(stderr, "Fatal error: %s of %s: %s%s\n", what, program_invocation_short_name, uv_strerror(result), advice);
    std::exit(255);
}

template <class Handle> void release(Handle* handle) {
    handle->data = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* closed) { delete reinterpret_cast<Handle*>(closed); });
}

template <class Handle> void call(Handle* handle) {
    if (handle->data) (*static_cast<std::function<void()>*>(handle->data))();
}

} // namespace

// Its hook was set first, so it is called after all others: their work belongs to the turn.
Loop::Loop() : loop_(std::make_unique<uv_loop_s>()), end_of_turn_(new uv_prepare_t) {
    must(uv_loop_init(loop_.get()), "event loop");
    must(uv_loop_configure(loop_.get(), UV_METRICS_IDLE_TIME), "event loop");
    must(uv_prepare_init(loop_.get(), end_of_turn_), "loop hook");
    end_of_turn_->data = this;
    must(uv_prepare_start(end_of_turn_, [](uv_prepare_t* hook) { static_cast<Loop*>(hook->data)->end_turn(); }), "loop hook");
    uv_unref(reinterpret_cast<uv_handle_t*>(end_of_turn_)); // nothing to wait for
}

Loop::~Loop() {
    release(end_of_turn_);
    uv_run(loop_.get(), UV_RUN_NOWAIT);
    uv_loop_close(loop_.get());
}

void Loop::run() {
    began_ = read();
    uv_run(loop_.get(), UV_RUN_DEFAULT);
}

Loop::Reading Loop::read() const {
    timespec cpu{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    return {uv_hrtime(), uv_metrics_idle_time(loop_.get()),
            static_cast<std::uint64_t>(cpu.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(cpu.tv_nsec)};
}

// The CPU time of waiting is in it, some microseconds.
void Loop::end_turn() {
    const auto now = read();
    turns_.elapsed.count((now.time - began_.time - (now.idle - began_.idle)) / 1000);
    turns_.cpu.count((now.cpu - began_.cpu) / 1000);
    began_ = now;
}

void Loop::stop() { uv_stop(loop_.get()); }
std::uint64_t Loop::now_ms() const { return uv_now(loop_.get()); }

Poll::Poll(Loop& loop, int fd, std::function<void()> readable)
    : callback_(std::move(readable)), handle_(new uv_poll_t) {
    must(uv_poll_init(loop.get(), handle_, fd), "watching a descriptor");
    handle_->data = &callback_;
    resume();
}

Poll::~Poll() { release(handle_); }

void Poll::pause() { uv_poll_stop(handle_); }

void Poll::resume() {
    must(uv_poll_start(handle_, UV_READABLE, [](uv_poll_t* handle, int, int) { call(handle); }),
         "watching a descriptor");
}

Timer::Timer(Loop& loop, std::function<void()> expired) : callback_(std::move(expired)), handle_(new uv_timer_t) {
    must(uv_timer_init(loop.get(), handle_), "timer");
    handle_->data = &callback_;
}

Timer::~Timer() { release(handle_); }

// libuv before 1.45 runs what a timer's callback starts with 0 before anything else, again and again.
void Timer::start_ms(std::uint64_t after, std::uint64_t every) {
    uv_timer_start(handle_, [](uv_timer_t* handle) { call(handle); }, std::max<std::uint64_t>(after, 1), every);
}

void Timer::stop() { uv_timer_stop(handle_); }

Signal::Signal(Loop& loop, int number, std::function<void()> received)
    : callback_(std::move(received)), handle_(new uv_signal_t) {
    must(uv_signal_init(loop.get(), handle_), "signal");
    handle_->data = &callback_;
    must(uv_signal_start(handle_, [](uv_signal_t* handle, int) { call(handle); }, number), "signal");
}

Signal::~Signal() { release(handle_); }

Idle::Idle(Loop& loop, std::function<void()> round) : callback_(std::move(round)), handle_(new uv_idle_t) {
    must(uv_idle_init(loop.get(), handle_), "loop hook");
    handle_->data = &callback_;
}

Idle::~Idle() { release(handle_); }

void Idle::start() { uv_idle_start(handle_, [](uv_idle_t* handle) { call(handle); }); }

void Idle::stop() { uv_idle_stop(handle_); }

Prepare::Prepare(Loop& loop, std::function<void()> before_wait)
    : callback_(std::move(before_wait)), handle_(new uv_prepare_t) {
    must(uv_prepare_init(loop.get(), handle_), "loop hook");
    handle_->data = &callback_;
    must(uv_prepare_start(handle_, [](uv_prepare_t* handle) { call(handle); }), "loop hook");
}

Prepare::~Prepare() { release(handle_); }

} // namespace rtpengine::uv
