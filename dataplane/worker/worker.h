// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/trouble.h"
#include "common/uv/chores.h"
#include "common/uv/loop.h"
#include "dataplane/io/egress.h"
#include "dataplane/io/port_set.h"
#include "dataplane/io/relay.h"
#include "dataplane/io/steered_ports.h"
#include "dataplane/io/transit.h"
#include "dataplane/link/control_link.h"
#include "dataplane/timing/loop_clock.h"
#include "dataplane/worker/forwarder.h"
#include "dataplane/worker/handshakes.h"
#include "dataplane/worker/ice_agents.h"
#include "dataplane/worker/intake.h"
#include "dataplane/worker/offloader.h"
#include "dataplane/worker/overdue.h"
#include "dataplane/worker/piercer.h"
#include "dataplane/worker/records.h"
#include "dataplane/worker/streams.h"

namespace rtpengine::dataplane {

// Of the maps and the program of offload::BpfMaps.
struct BpfDescriptors {
    int ports, streams, copies, seal;
};

struct Settings {
    std::string name;
    std::uint32_t index = 0; // among all workers
    std::string runtime_dir;
    StateFiles states;
    std::vector<Address> addresses; // of the interface
    unsigned max_reads = 50;              // of one socket in a row
    std::optional<io::Steering> steering; // none: a socket for each port
    int transit = -1;                     // a descriptor, ours from now on: io::Transit; -1: nobody succeeds us
    std::uint64_t start = 0;              // differs for every process
    int table = -1;
    int table_control = -1, table_list = -1; // descriptors, ours from now on; -1: no kernel table
    std::optional<BpfDescriptors> bpf;       // likewise
};

// One (table, interface): owns everything that its packets go through. Single-threaded on `loop`.
class Worker final : public Commands {
  public:
    static Result<std::unique_ptr<Worker>> create(uv::Loop& loop, Settings settings);

    ~Worker() override;

    std::vector<StreamOutcome> update(const std::vector<StreamKey>& close,
                                      const std::vector<StreamSpec>& set) override;
    std::vector<StreamOutcome> sync(const std::vector<StreamSpec>& set, Part part) override;
    void refresh(const std::vector<StreamKey>& streams) override;
    void keep_off(std::vector<Endpoint> ng_listeners) override { streams_.off_limits().set_listeners(std::move(ng_listeners)); }

    void introduce(const std::vector<IdentitySpec>& identities) override { handshakes_.introduce(identities); }

    // Who hears of them; nobody from the beginning.
    void on_event(std::function<void(const Event&)> say) { say_ = std::move(say); }

    // One line for `status`: how packets come in and leave.
    std::string detail() const;

  private:
    Worker(uv::Loop& loop, const Settings& settings, Records records, std::unique_ptr<io::Transit> transit,
           std::unique_ptr<io::PortSet> ports, std::unique_ptr<io::Relay> relay);
    void set_all(const std::vector<StreamSpec>& specs, std::vector<StreamOutcome>& outcomes);
    void try_overdue();
    void close_unclaimed();
    void start();
    bool work();
    void forward();
    void retry();
    void tell_learned();
    void tell_recalled();
    void tell_ice(std::uint32_t slot, const IceNews& news);
    void set_ice(const StreamSpec& spec);
    void tick();
    void tick_offloader();
    void tell_overruns();
    void tell_late();
    bool take_relayed();
    void relayed(const io::Relay::Header& header, std::span<const std::uint8_t> payload);

    // In the order of construction: each refers to those before it.
    Records records_;
    std::unique_ptr<io::Transit> transit_;
    std::unique_ptr<io::PortSet> ports_;
    std::unique_ptr<io::Relay> relay_;
    io::Egress egress_;
    timing::LoopClock clock_;
    timing::Wheel wheel_;
    Waiting waiting_;
    Streams streams_;
    Offloader offloader_;
    Forwarder forwarder_;
    io::Batch batch_;
    Piercer piercer_;
    IceAgents ice_;
    Handshakes handshakes_;
    Overdue overdue_;
    Intake intake_;
    uv::Poll on_relay_;
    uv::Timer on_tick_;
    uv::Chores chores_;
    std::function<void(const Event&)> say_ = [](const auto&) {};
    bool started_ = false;
    bool synchronizing_ = false; // more parts are to come
    bool offloading_ = false;    // a tick of the offloader isn't through
    unsigned syncs_ = 0;
    Trouble relay_trouble_;
    std::uint64_t ticks_ = 0;
    std::uint64_t overruns_ = 0; // as the ports said last
    std::uint64_t relay_lost_ = 0, relay_refused_ = 0; // likewise the relay
};

} // namespace rtpengine::dataplane
