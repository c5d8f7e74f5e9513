// SPDX-License-Identifier: Apache-2.0
// How ports are opened for nobody yet, and closed, by their workers.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>

#include "common/base/result.h"
#include "common/link/arena.h"
#include "common/uv/loop.h"
#include "control/call/dark_ports.h"
#include "control/call/patience.h"
#include "control/call/stream_ids.h"
#include "control/worker/client.h"

namespace rtpengine::call {

class Opener {
  public:
    // All of them outlive it.
    Opener(worker::Workers& workers, StreamIds& ids, uv::Loop& loop, Patience patience)
        : workers_(workers), ids_(ids), loop_(loop), patience_(patience) {}

    // So many ports in a row from the pool, even when it is more than one, for open(). Empty: there are none left.
    DarkRuns reserve(ports::LocalAddress& local, unsigned count);
    DarkRuns reserve_this(ports::LocalAddress& local, std::uint16_t port);

    // `open`: those that are, nobody else has them. The others are closed or blocked for a while, where another program has them.
    // The error: why a worker can't.
    using Opened = std::function<void(DarkRuns open, Status)>;
    // Calls `done` once, always later.
    void open(DarkRuns runs, Opened done);
    // Their leases end when the workers have closed them.
    void close(DarkRuns runs);

    // What is on its way, and what others hold.
    void add_to_sync(unsigned worker, link::Sync& sync) const;
    void add_to_sync(const DarkRuns& runs, unsigned worker, link::Sync& sync) const;

  private:
    struct Opening;
    using Openings = std::list<std::shared_ptr<Opening>>;

    DarkRuns run_at(ports::LocalAddress& local, std::uint16_t first, unsigned count);
    void send(Openings::iterator at, Opening& opening);
    void settle(Openings::iterator opening);

    worker::Workers& workers_;
    StreamIds& ids_;
    uv::Loop& loop_;
    Patience patience_;
    Openings openings_;
    link::Arena arena_; // of one message to each worker: nothing is kept in it
};

} // namespace rtpengine::call
