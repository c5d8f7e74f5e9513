// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/link/arena.h"
#include "control/call/figures.h"
#include "control/call/model.h"
#include "control/call/patience.h"
#include "control/call/streams.h"
#include "control/call/turn.h"
#include "control/worker/client.h"

namespace rtpengine::call {

// Brings the workers to what a call wants: sends what differs from what they were told last. Nobody waits for it: its ports are
// open already, and what comes there waits for its rule. A worker that refuses, or is away for long, is told again (Call::behind).
class Committer {
  public:
    // `booked`: a call's figures have changed, some time after whatever changed the call.
    using Booked = std::function<void(const std::shared_ptr<Call>&)>;
    Committer(worker::Workers& workers, uv::Loop& loop, Patience patience, Booked booked)
        : workers_(workers), loop_(loop), patience_(patience), booked_(std::move(booked)) {}

    // Tells what those media want, and closes what the call has taken out of use. Should there be no memory for that now, it is done
    // later. `turn` lasts until closed ports may be taken again and what replaced rules have counted is known, but not longer than
    // Patience::turn.
    void tell(const std::shared_ptr<Call>& call, const std::vector<Media*>& medias, Turn turn = nullptr) noexcept;
    // Calls `work` when what replaced rules have counted is known: at once, or within Patience::turn.
    static void with_figures(Call& call, std::function<void()> work);
    // Likewise, everything that differs; `done` when the workers concerned have it, never if one of them refuses or is too late.
    void tell_all(const std::shared_ptr<Call>& call, std::function<void()> done);
    // Ports that workers have been asked to close, and may have open still.
    std::size_t leaving() const { return leaving_; }
    // Calls `work` once, when some of them are free, or at that time of the loop.
    void await_ports(std::uint64_t until_ms, std::function<void()> work) { awaiting_.push_back({until_ms, std::move(work)}); }
    // Every now and then.
    void tick();
    // Everything that `worker` shall have of this call.
    void add_to_sync(Call& call, unsigned worker, link::Sync& sync);
    StateReader reader() const;

  private:
    struct Round;
    struct Messages;
    void describe(const std::vector<Media*>& medias, Messages& messages);
    void add_closes(const Call& call, Messages& messages);
    void send(const std::shared_ptr<Round>& round, Messages& messages);
    void settle(Round& round);
    void serve_awaiting(std::size_t most);
    void hold(const std::shared_ptr<Round>& round, Turn turn);

    worker::Workers& workers_;
    uv::Loop& loop_;
    Patience patience_;
    Booked booked_;
    std::size_t leaving_ = 0;
    struct Awaiting {
        std::uint64_t until_ms;
        std::function<void()> work;
    };
    std::deque<Awaiting> awaiting_; // ports; in the order of their times
    link::Arena arena_; // of one message to each worker: nothing is kept in it
};

} // namespace rtpengine::call
