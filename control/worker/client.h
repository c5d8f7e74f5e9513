// SPDX-License-Identifier: Apache-2.0
// The workers as control sees them: requests with exactly one answer each, whatever happens to the process, and
// their shared state.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/link/arena.h"
#include "common/link/socket.h"
#include "common/state/announcements.h"
#include "common/state/view.h"
#include "common/uv/chores.h"
#include "common/uv/loop.h"
#include "link.pb.h"

namespace rtpengine::worker {

// The results for the streams of one update, valid during the call; or why there are none.
using Results = Result<std::vector<const link::StreamResult*>>;
using Done = std::function<void(const Results&)>;

// A worker that is asked to refresh has this long; reports are made of what is there then.
constexpr std::uint64_t refresh_deadline_ms = 300;

class Workers {
  public:
    struct Hooks {
        // A worker asks for every stream that it shall have: sync(worker, number, ...) tells it, later, in parts.
        std::function<void(unsigned worker, std::uint64_t number)> sync;
        // A synchronised stream could not be opened again, or sinks were removed: nobody else waits for it.
        std::function<void(unsigned worker, const link::StreamResult&)> orphan;
        // Something happened unasked.
        std::function<void(unsigned worker, const link::Event&)> event;
        std::function<link::CtlReply(const link::CtlRequest&)> ctl;
        // An edge process asks for something; answer() with its name.
        std::function<void(std::string_view edge, const link::EdgeRequest&)> edge;
    };

    // Maps the state of every worker.
    static Result<std::unique_ptr<Workers>> create(uv::Loop& loop, const link::ControlConfig& config, Hooks hooks);
    // Whom rules may name, for all workers: those that are there, and those that come.
    void introduce(const std::vector<link::Identity>& identities);
    // On <runtime_dir>/control.sock. Nobody is connected before.
    Status listen(link::Context& context, const std::string& runtime_dir);
    // Where somebody has removed the socket's file: makes it again.
    Status renew() { return socket_->renew(); }

    // What becomes of a request of an edge process. One that is gone asks again.
    void answer(std::string_view edge, const link::EdgeReply& reply) { socket_->send(edge, reply.SerializeAsString()); }

    // Calls `done` exactly once, always later. A worker that is away is waited for so long. `message` holds the update as
    // a request; number and deadline are filled in. An unhurried one leaves within link::Router::soon_ms.
    void update(unsigned worker, link::ToWorker& message, std::uint64_t deadline_ms, Done done);
    // Has records brought up to what the kernel has counted. Calls `done` exactly once, always later, at the
    // latest after refresh_deadline_ms, whether it was done or not.
    void refresh(unsigned worker, link::Refresh refresh, std::function<void()> done);

    // One part of what hook `sync` asked for by that number; the last one has no `more`. False: nobody asks for it any more, as
    // the worker has asked again.
    bool sync(unsigned worker, std::uint64_t number, link::Sync part);

    // By WorkerInfo.index < size(). There may be none of an index: exists().
    bool exists(unsigned worker) const { return worker < peers_.size() && peers_[worker].state.has_value(); }
    bool connected(unsigned worker) const { return peers_[worker].connected; }
    // And has all that it shall have: what was open is open.
    bool settled(unsigned worker) const { return peers_[worker].connected && !peers_[worker].sync.number; }
    std::vector<std::string> absent() const; // names of those that aren't connected
    bool idle() const; // nothing is outstanding
    std::size_t size() const { return peers_.size(); }
    const std::string& name(unsigned worker) const { return peers_[worker].name; }
    // The edition that the next rule of that slot will be, and it is to be told: from now on packets wait for it.
    std::uint32_t announce(unsigned worker, std::uint32_t slot);
    std::uint32_t announced(unsigned worker, std::uint32_t slot) const { return peers_[worker].announced->get(slot); }
    const state::Map& state(unsigned worker) const { return *peers_[worker].state; }
    // None: the record belongs to another stream, or the stream is closed.
    state::View record(unsigned worker, std::uint32_t slot, std::uint64_t id) const;
    // Likewise, but for some seconds after it was closed, too.
    state::View former(unsigned worker, std::uint32_t slot, std::uint64_t id) const;

  private:
    struct Pending {
        std::uint64_t deadline_ms;
        std::vector<std::uint64_t> streams;
        Done done;
    };
    // What came before it is answered by what becomes of it.
    struct Synchronising {
        std::uint64_t number = 0; // of its first request; 0: nothing is under way
        std::uint64_t last = 0;   // its last one; 0: not sent yet
        bool begun = false;       // the first one was sent
        std::set<std::uint64_t> requests; // that are not answered yet
        std::unordered_map<std::uint64_t, link::StreamResult> results; // that say more than that all is well
    };
    struct Peer {
        std::string name; // empty: there is none of this index
        std::optional<state::Map> state;
        std::optional<state::Announcements> announced; // like `state`
        bool connected = false;
        std::uint64_t start = 0;   // of the process we talk to
        Synchronising sync;
        std::map<std::uint64_t, Pending> pending; // by number of the request
        std::size_t late = 0; // that were given up now
    };
    struct Deadline {
        std::uint64_t at_ms;
        unsigned worker;
        std::uint64_t request;
        auto operator<=>(const Deadline&) const = default;
    };

    Workers(uv::Loop& loop, Hooks hooks);
    void ask(Peer& peer, link::ToWorker& message, std::uint64_t patience_ms, std::vector<std::uint64_t> streams,
             Done done);
    void received(std::string_view peer, std::string_view message);
    void welcome(Peer& peer, bool hello_wanted);
    void greet();
    void hello(Peer& peer, const link::Hello& hello);
    void reply(Peer& peer, const link::Reply& reply);
    void take_results(Peer& peer, const link::Reply& reply);
    void synchronised(Peer& peer);
    bool settle(unsigned worker, Synchronising& sync);
    bool say_orphan(unsigned worker, Synchronising& sync);
    Pending take(unsigned worker, std::uint64_t request);
    unsigned index(const Peer& peer) const { return static_cast<unsigned>(&peer - peers_.data()); }
    void send(Peer& peer, const link::ToWorker& message, bool unhurried = false);
    void lost(std::string_view name);
    void expire();
    bool expire_one();
    void say_late();
    void expire_by(std::uint64_t deadline_ms);

    uv::Loop& loop_;
    Hooks hooks_;
    std::unique_ptr<link::Router> socket_;
    std::vector<Peer> peers_;
    link::Welcome welcome_; // but for who gets it
    link::Arena arena_; // of the message that is being read
    std::uint64_t next_request_ = 1;
    std::set<Deadline> deadlines_;              // of everything that is pending
    std::uint64_t next_expiry_ms_ = UINT64_MAX; // when on_expiry_ calls
    uv::Timer on_greeting_, on_expiry_;
    uv::Chores chores_; // answers to those that waited for a worker, of which there may be very many
};

} // namespace rtpengine::worker
