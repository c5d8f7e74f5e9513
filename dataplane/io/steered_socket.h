// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "common/base/endpoint.h"
#include "common/base/fd.h"
#include "dataplane/io/transit.h"

namespace rtpengine::io {

// A UDP socket that datagrams to many ports come to: many are received with one system call.
class SteeredSocket {
  public:
    struct Datagram {
        Endpoint source, destination;
        std::int16_t tos;
        std::uint8_t ttl; // or traffic class
        std::span<const std::uint8_t> bytes;
        unsigned* left; // Packet::left
    };

    // `fd` tells the TOS and the destination of what it receives. `arrivals`, which outlives the socket, may hold what a
    // predecessor received: as if receive() had just been called.
    SteeredSocket(Fd fd, Arrivals& arrivals);

    int descriptor() const { return fd_.get(); }

    // How many datagrams there are since the last receive().
    std::size_t received() const { return received_; }
    // `i` < received(). Its bytes stay until the next receive().
    Datagram datagram(std::size_t i);
    // Forgets them.
    void clear();
    // Takes those that wait, at most min(most, Arrivals::capacity). Only when there are none.
    void receive(std::size_t most);

  private:
    Fd fd_;
    Arrivals& arrivals_;
    std::size_t received_ = 0;
};

} // namespace rtpengine::io
