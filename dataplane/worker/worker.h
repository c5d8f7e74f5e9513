// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/uv/loop.h"
#include "dataplane/io/bound_ports.h"
#include "dataplane/io/egress.h"
#include "dataplane/io/relay.h"
#include "dataplane/link/control_link.h"
#include "dataplane/worker/forwarder.h"
#include "dataplane/worker/gatherer.h"
#include "dataplane/worker/piercer.h"
#include "dataplane/worker/records.h"
#include "dataplane/worker/streams.h"

namespace rtpengine::dataplane {

struct Settings {
    std::string name;
    std::uint32_t index = 0; // among all workers
    std::string runtime_dir;
    std::vector<std::string> state_paths; // by worker
    std::vector<Address> addresses;       // of the interface
    unsigned max_reads = 50;              // of one socket in a row
    std::uint64_t start = 0;              // differs for every process
};

// One (table, interface): owns everything that its packets go through. Single-threaded on `loop`.
class Worker final : public Commands {
  public:
    static Result<std::unique_ptr<Worker>> create(uv::Loop& loop, Settings settings);

    std::vector<StreamOutcome> update(const std::vector<StreamKey>& close,
                                      const std::vector<StreamSpec>& set) override;
    std::vector<StreamOutcome> sync(const std::vector<StreamSpec>& set) override;

    // One line for `status`: how packets come in and leave.
    std::string detail() const;

  private:
    Worker(uv::Loop& loop, const Settings& settings, Records records, io::BoundPorts ports,
           std::unique_ptr<io::Relay> relay);
    void set_all(const std::vector<StreamSpec>& specs, std::vector<StreamOutcome>& outcomes);
    Gatherer::Done work();
    void relayed(const io::Relay::Header& header, std::span<const std::uint8_t> payload);

    // In the order of construction: each refers to those before it.
    Records records_;
    io::BoundPorts ports_;
    std::unique_ptr<io::Relay> relay_;
    io::Egress egress_;
    Streams streams_;
    Forwarder forwarder_;
    io::Batch batch_;
    Piercer piercer_;
    Gatherer gatherer_;
    uv::Poll on_relay_;
};

} // namespace rtpengine::dataplane
