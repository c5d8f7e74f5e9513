// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/base/host_addresses.h"
#include "common/srtp/source.h"
#include "dataplane/io/port_sender.h"
#include "dataplane/io/raw_socket.h"

namespace rtpengine::io {

// Everything that leaves: by the sender of its source address, in batches, where that is possible, else by the ordinary socket of
// the exit port. What is to leave is written where it leaves from. Counts each datagram at its sink and in `totals`: before it
// is sent, so that whoever receives it can already see it counted.
class Egress {
  public:
    // `relay` may be null. All of them outlive the egress. `turns`: of the records in which SRTP's state lies.
    Egress(PortSet& ports, Relay* relay, Transit& transit, std::uint32_t worker, state::Traffic& totals, state::Turns& turns);

    // For a source address, opened at first use; null: only the ordinary one. Stays for the process's life.
    Sender* sender(const Address& source);
    bool any_raw() const;
    // Why there is none; empty when there is.
    const std::string& why_not_raw() const { return why_not_raw_; }

    // Room for the payload of one datagram, of `size` bytes: at most Arrivals::max_datagram. `route` stays as it is until flush().
    // `cause`: what it is made of; nullptr: it is our own, and counted nowhere. Until commit(), or another reserve() instead.
    std::span<std::uint8_t> reserve(const Route& route, const Endpoint& to, const Packet* cause, std::size_t size);
    // Its first `length` bytes leave, with flush() at the latest.
    void commit(std::size_t length);
    // A packet as it came.
    void send(const Route& route, const Endpoint& to, const Packet& packet);

    // What is protected now leaves in this one. Another one after each reserve(), commit() and flush().
    const srtp::Turn& turn() const { return turn_; }

    // What waits leaves.
    void flush();
    // Likewise, and all arrivals have been handled: a successor goes on from here.
    void end_batch();
    // Sends what a predecessor had counted and not sent. Before anything else.
    void take_over();

    // From time to time: what the host's own addresses are.
    void refresh() { host_.refresh(); }
    const HostAddresses& host() const { return host_; }

    // Of a packet that goes to this host, and may come to a port of ours again: so often at most.
    static constexpr std::uint8_t max_passes = 8;

  private:
    std::uint8_t passes_left(const Packet& packet);
    void failed(const Outgoing& datagram, std::span<const std::uint8_t> payload, int error);
    void count(const Outgoing& datagram);
    void settle() { turn_ = srtp::settle(turns_); }
    void count_error(const Outgoing& datagram); // what was counted was not sent after all

    PortSet& ports_;
    Transit& transit_;
    state::Traffic& totals_;
    state::Turns& turns_;
    srtp::Turn turn_;
    PortSender ordinary_;
    std::map<Address, std::unique_ptr<RawSocket>> raw_; // null: tried in vain
    std::string why_not_raw_;
    HostAddresses host_;
    Sender::Failed failed_;
    Outgoing next_;             // what is reserved
    Sender* sender_ = nullptr; // that has it
};

} // namespace rtpengine::io
