// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/fd.h"

namespace rtpengine::ng {

// A bound UDP socket whose answers leave from the address that the request came to.
class DatagramSocket {
  public:
    struct Datagram {
        std::string_view bytes; // valid until the next receive()
        Endpoint peer;
        Address local; // unknown: the socket's own
    };

    explicit DatagramSocket(Fd fd); // `fd`: bound
    int fd() const { return fd_.get(); }

    // Hands over what has arrived, at most `limit` datagrams. True: there may be more.
    bool receive(unsigned limit, const std::function<void(const Datagram&)>& handle);
    // Never waits; what can't be sent is counted and logged.
    void send(std::string_view bytes, const Endpoint& peer, const Address& local);
    std::uint64_t unsent() const { return unsent_; }

  private:
    Fd fd_;
    std::vector<char> buffer_;
    std::uint64_t unsent_ = 0;
};

} // namespace rtpengine::ng
