// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <memory>
#include <unordered_map>
#include <vector>

#include "common/base/fd.h"
#include "dataplane/io/port_set.h"
#include "dataplane/io/port_table.h"
#include "dataplane/io/steered_socket.h"

namespace rtpengine::io {

// What the supervisor has prepared for a worker: proto/link.proto, Steering.
struct Steering {
    struct Local {
        Address address;
        std::uint32_t index; // in the table of ports
    };
    int ports = -1; // descriptors, ours from now on
    std::vector<int> sockets;
    std::uint32_t addresses = 0;
    std::uint8_t owner = 0;
    std::vector<Local> locals;
};

// One socket for all ports of a family: opening one is a store into the table that the steering program reads, and
// costs no descriptor. Both belong to the supervisor: what waits, and what is open, outlives us.
class SteeredPorts final : public PortSet {
  public:
    // `transit` outlives it.
    static Result<SteeredPorts> create(std::uint32_t slots, const Steering& steering, Transit& transit);

    std::string name() const override { return "steered sockets"; }
    Status open(std::uint32_t slot, const Endpoint& local) override;
    void close(std::uint32_t slot) override;
    std::uint32_t close_unclaimed(std::uint32_t from) override;
    std::vector<int> descriptors() const override;
    bool receive(Batch& batch) override;
    void take_over(Batch& batch) override;
    int send(std::uint32_t slot, const Endpoint& to, Marking marking, std::span<const std::uint8_t> payload) override;
    std::uint64_t overruns() const override;

  private:
    static constexpr std::uint32_t closed = UINT32_MAX;
    struct Release {
        void operator()(void* memory) const { std::free(memory); }
    };
    struct Local {
        Address address;
        std::uint32_t first; // place of its port 0 in the table
        // By port: its slot + 1, 0 when closed. From calloc(): ports that are never opened cost no memory.
        std::unique_ptr<std::uint32_t[], Release> slots;
    };

    SteeredPorts(std::uint32_t slots, const Steering& steering, PortTable table, Transit& transit);
    const Local* find(const Address& address) const;
    Status claim(const Local& of, const Endpoint& local);
    void add(const SteeredSocket::Datagram& datagram, Batch& batch) const;
    const Local& local_at(std::uint32_t place) const;

    PortTable table_;
    Transit& transit_;
    std::vector<SteeredSocket> sockets_;
    std::vector<Local> locals_;
    std::vector<std::uint32_t> places_; // by slot, in the table
    // For what raw sockets can't send: each opened at first use, closed with its port.
    std::unordered_map<std::uint32_t, Fd> ordinary_;
};

} // namespace rtpengine::io
