// SPDX-License-Identifier: Apache-2.0
// The control process put together: workers, the store, and what serves each instance.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "common/base/trouble.h"
#include "common/link/socket.h"
#include "common/uv/chores.h"
#include "control/identities.h"
#include "control/served.h"

namespace rtpengine {

class Service {
  public:
    // With an open store, and nobody to serve yet. `loop` outlives the service.
    static Result<std::unique_ptr<Service>> create(uv::Loop& loop, const link::ControlConfig& config);
    // Runs the loop until the calls of a former process are back, or it is stopped. Whoever asks for something meanwhile (NG,
    // workers, rtpengine-ctl) waits in the sockets, and finds all of them.
    void restore();
    // From then on. Takes the listeners' descriptors out of `config`. `context` outlives the service.
    Status serve(link::Context& context, const link::ControlConfig& config);

    // Calls back once, when every worker is connected and NG is served.
    void when_ready(std::function<void()> ready) { ready_ = std::move(ready); }
    // Takes no more requests; `done` when those that wait for a worker are answered, at the latest after half a second.
    void finish(std::function<void()> done);
    // What each instance holds, for the supervisor.
    void add_loads(link::Heartbeat& beat) const;
    void end_poisoned(const link::Poisoned& poisoned);

  private:
    struct Walk; // over the calls of all instances

    Service(uv::Loop& loop);
    ~Service();
    friend std::default_delete<Service>;
    void add(const link::InstanceConfig& config, bool several);
    static Result<std::unique_ptr<store::Store>> open_or_replace(const std::string& path);
    worker::Workers::Hooks hooks();
    struct Asked {
        std::string edge; // who asks, for a client
        link::EdgeRequest request;
    };
    void serve_some_asked();
    void serve_edge(const std::string& edge, const link::EdgeRequest& request);
    call::Instances instances() const;
    void open_store(const link::ControlConfig& config);
    void keep_all();
    void read_totals(store::Store& store, const link::ControlConfig& config);
    void restore_totals(call::Instance& instance) const;
    void tick();
    void introduce();
    void look_if_ready();
    void tell(unsigned worker, std::uint64_t number);
    bool tell_some(Walk& walk, unsigned worker, std::uint64_t number);
    bool look_for(Walk& walk, const link::Poisoned& poisoned);

    uv::Loop& loop_;
    std::mt19937_64 random_;
    std::string loop_id_;
    call::StreamIds stream_ids_;
    std::unique_ptr<store::Keeper> keeper_;
    std::optional<Identities> identities_;
    std::vector<std::unique_ptr<Served>> served_;
    std::unique_ptr<worker::Workers> workers_;
    std::function<void()> ready_;
    store::Store::Totals totals_; // of a former process's instances
    std::uint64_t ticks_ = 0;
    std::function<void()> finished_;
    std::optional<uv::Prepare> on_round_; // while finishing
    std::optional<uv::Timer> patience_;
    uv::Timer timer_;
    Trouble socket_trouble_;
    std::deque<Asked> asked_; // by edge processes; they bound it
    uv::Idle on_asked_;
    std::set<std::uint64_t> poisoned_; // streams that are being looked for
    uv::Chores chores_; // goes first: they work with all of the others
};

} // namespace rtpengine
