// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include <netinet/in.h>
#include <sys/socket.h>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "dataplane/io/headers.h"
#include "dataplane/io/packet.h"
#include "dataplane/io/route.h"

namespace rtpengine::io {

// One datagram that waits to be sent. What it points to lives until the batch is flushed.
struct Outgoing {
    const Route* route;
    Endpoint to;
    const Packet* packet;
};

// Sends from any port of one local address, headers and all: a whole batch with one system call. Bound to the
// address, so that source-based policy routing sees it as it sees every other socket.
class RawSocket {
  public:
    static constexpr unsigned capacity = 256;
    static constexpr std::size_t max_payload = 1500 - 28; // what passes nearly every link whole
    // Called for each datagram of a batch that couldn't be sent, with the errno it met.
    using Failed = std::function<void(const Outgoing&, int error)>;

    // Needs CAP_NET_RAW. The error carries the errno.
    static Result<std::unique_ptr<RawSocket>> open(const Address& source);

    bool empty() const { return count_ == 0; }
    bool full() const { return count_ == capacity; }
    void add(const Outgoing& datagram); // not when full; at most max_payload bytes
    void flush(const Failed& failed);

  private:
    struct Message {
        Outgoing outgoing;
        sockaddr_in6 to; // or a sockaddr_in
        iovec part;
        // Headers and payload in one piece: cheaper for the kernel to take than two, even with the copy.
        std::uint8_t bytes[Headers::max_size + max_payload];
    };
    RawSocket(Fd fd);
    bool wait_for_room();
    std::uint16_t next_identification();

    Fd fd_;
    std::unique_ptr<Message[]> messages_;
    std::unique_ptr<mmsghdr[]> headers_;
    unsigned count_ = 0;
    std::uint16_t identification_ = 1;
};

} // namespace rtpengine::io
