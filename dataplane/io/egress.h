// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/base/host_addresses.h"
#include "dataplane/io/port_set.h"
#include "dataplane/io/raw_socket.h"
#include "dataplane/io/relay.h"

namespace rtpengine::io {

// Everything that leaves: raw sockets in batches where that is possible, else the ordinary socket of the exit
// port, handed to the worker that has it. Counts each datagram at its sink and in `totals`: before it is
// sent, so that whoever receives it can already see it counted.
class Egress {
  public:
    // `relay` may be null. All of them outlive the egress.
    Egress(PortSet& ports, Relay* relay, Transit& transit, std::uint32_t worker, state::Traffic& totals);

    // The raw socket for a source address, opened at first use; null: not possible. Stays for the process's
    // life.
    RawSocket* raw(const Address& source);
    bool any_raw() const;
    // Why there is none; empty when there is.
    const std::string& why_not_raw() const { return why_not_raw_; }

    // `route` and `packet` must stay as they are until flush().
    void send(const Route& route, const Endpoint& to, const Packet& packet);
    void flush();
    // Sends what a predecessor had counted and not sent. Before anything else.
    void take_over();

    // From an open port of our own, at once, counted nowhere. 0, or an errno.
    int send_now(const Route& route, const Endpoint& to, std::span<const std::uint8_t> payload,
                 std::uint8_t ttl = Marking::usual_ttl);

    // From time to time: what the host's own addresses are.
    void refresh() { host_.refresh(); }
    const HostAddresses& host() const { return host_; }

    // Of a packet that goes to this host, and may come to a port of ours again: so often at most.
    static constexpr std::uint8_t max_passes = 8;

  private:
    std::uint8_t passes_left(const Packet& packet);
    void failed(const Outgoing& datagram, int error);
    void count(const Outgoing& datagram);
    void count_error(const Outgoing& datagram); // what was counted was not sent after all
    void send_ordinary(const Outgoing& datagram);

    PortSet& ports_;
    Relay* relay_;
    Transit& transit_;
    std::uint32_t worker_;
    state::Traffic& totals_;
    std::map<Address, std::unique_ptr<RawSocket>> raw_; // null: tried in vain
    std::string why_not_raw_;
    HostAddresses host_;
    RawSocket::Failed failed_;
};

} // namespace rtpengine::io
