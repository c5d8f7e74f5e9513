// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "common/base/result.h"
#include "common/link/arena.h"
#include "common/uv/loop.h"
#include "control/call/allocate.h"
#include "control/call/model.h"
#include "control/call/streams.h"
#include "control/worker/client.h"

namespace rtpengine::call {

// Brings the workers to what a call wants: sends what differs from what they were told last, waits until every
// port is open, and takes other ports where another program was first.
class Committer {
  public:
    using Done = std::function<void(Status)>;

    Committer(worker::Workers& workers, StreamIds& ids, uv::Loop& loop) : workers_(workers), ids_(ids), loop_(loop) {}

    // Calls `done` once, at once when there is nothing to do. Errors: "Ran out of ports", or why a worker can't.
    void commit(std::shared_ptr<Call> call, Done done);
    // Closes all ports of a call; `closed` is called once, whatever the workers say.
    void close(std::shared_ptr<Call> call, std::function<void()> closed);
    // Everything that `worker` shall have of this call.
    void add_to_sync(Call& call, unsigned worker, link::Sync& sync);
    StateReader reader() const;

  private:
    struct Round;
    void run(std::shared_ptr<Call> call, Done done, int attempt);
    void finish(const std::shared_ptr<Round>& round);

    worker::Workers& workers_;
    StreamIds& ids_;
    uv::Loop& loop_;
    link::Arena arena_; // of one commit: nothing is kept in it
};

} // namespace rtpengine::call
