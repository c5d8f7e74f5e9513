// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "common/base/result.h"
#include "common/link/arena.h"
#include "common/uv/loop.h"
#include "control/call/allocate.h"
#include "control/call/figures.h"
#include "control/call/model.h"
#include "control/call/streams.h"
#include "control/worker/client.h"

namespace rtpengine::call {

// With workers, ms.
struct Patience {
    // A port that has to be open: long enough for a worker to be restarted, shorter than a SIP proxy's patience.
    std::uint64_t open = 3000;
    // What isn't waited for: a worker that is halted works it off later, one that is restarted is told everything.
    std::uint64_t late = 60 * 1000;
    // An answer waits so long for what isn't needed for it: a worker at work takes less than 1, and the proxy asks again after 500.
    std::uint64_t answer = 300;
};

// Brings the workers to what a call wants: sends what differs from what they were told last.
class Committer {
  public:
    using Done = std::function<void(Status)>;

    Committer(worker::Workers& workers, StreamIds& ids, uv::Loop& loop, Patience patience)
        : workers_(workers), ids_(ids), loop_(loop), patience_(patience) {}

    // A number below the ids of all ports that are made from now on.
    std::uint64_t mark() { return ids_.next(); }

    // First opens the ports that were made since `mark`, others where another program was first, and waits until every one is open.
    // Then tells the workers what else differs; nobody waits long for one that is away: it is told when it is back. `figures` is the
    // call that gets what removed sinks had counted. Calls `done` once, at once when there is nothing to do. Errors: "Ran out of
    // ports", why a worker can't, or that it refuses.
    void carry_out(std::shared_ptr<Call> call, std::shared_ptr<Call> figures, std::uint64_t mark, Done done);
    // The second half of it, for a call as it is: it has no ports that are to be opened.
    void tell(const std::shared_ptr<Call>& call, Done done) { carry_out(call, call, UINT64_MAX, std::move(done)); }
    // Closes what the call has taken out of use. `closed` is called once, whatever the workers say.
    void close(std::shared_ptr<Call> call, std::function<void()> closed = [] {});
    // Closes ports that nobody was told of.
    void close(std::vector<LocalPort> ports);
    // Everything that `worker` shall have of this call.
    void add_to_sync(Call& call, unsigned worker, link::Sync& sync);
    StateReader reader() const;

  private:
    struct Round;
    struct Messages;
    struct Task; // what carry_out() was asked for
    void carry_out(const Task& task);
    void open(const Task& task, Messages& messages);
    void adjust(const Task& task, Messages& messages);
    Status exchange_taken(Call& draft, const std::vector<std::uint64_t>& taken);
    void add_closes(std::vector<LocalPort> ports, Messages& messages, std::vector<Leaving>& leaving);
    void send(Messages& messages, std::uint64_t deadline_ms, const std::shared_ptr<Round>& round);
    void be_patient(const std::shared_ptr<Round>& round);

    worker::Workers& workers_;
    StreamIds& ids_;
    uv::Loop& loop_;
    Patience patience_;
    link::Arena arena_; // of one message to each worker: nothing is kept in it
};

} // namespace rtpengine::call
