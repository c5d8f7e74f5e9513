// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include <netinet/in.h>
#include <sys/socket.h>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "dataplane/io/packet.h"
#include "dataplane/io/route.h"
#include "dataplane/io/transit.h"

namespace rtpengine::io {

// One datagram that waits to be sent. What it points to lives until the batch is flushed.
struct Outgoing {
    const Route* route;
    Endpoint to;
    const Packet* packet;
    std::uint8_t ttl; // that it leaves with
};

// Sends from any port of one local address, headers and all: a whole batch with one system call. Bound to the
// address, so that source-based policy routing sees it as it sees every other socket.
class RawSocket {
  public:
    static constexpr std::size_t max_payload = Departures::max_payload;
    // Called for each datagram of a batch that couldn't be sent, with the errno it met. One that a predecessor left has no
    // route and no packet.
    using Failed = std::function<void(const Outgoing&, int error)>;

    // Needs CAP_NET_RAW. The error carries the errno. `waiting`, which outlives the socket, may hold what a predecessor had
    // yet to send.
    static Result<std::unique_ptr<RawSocket>> open(const Address& source, Departures& waiting);

    bool empty() const { return waiting_.count == 0; }
    bool full() const { return waiting_.count == Departures::capacity; }
    void add(const Outgoing& datagram); // not when full; at most max_payload bytes
    void flush(const Failed& failed);

  private:
    RawSocket(Fd fd, Departures& waiting);
    void take_over();
    bool wait_for_room();
    std::uint16_t next_identification();

    Fd fd_;
    Departures& waiting_;
    std::unique_ptr<Outgoing[]> outgoing_; // beside each of them
    unsigned first_ = 0;                   // of them to be sent
    std::uint16_t identification_ = 1;
};

} // namespace rtpengine::io
