// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>

#include "dataplane/io/packet.h"

namespace rtpengine::io {

// The datagrams of one round, in memory that was allocated once. Each system call reads up to `lanes` of
// them, each into a stretch of memory of its own, where they lie one behind the other however long they are:
// short ones stay close together in the CPU's cache, and the longest that UDP has fits too.
class Batch {
  public:
    static constexpr unsigned capacity = 256, lanes = 4;

    Batch();

    void clear();
    bool full() const { return full_; }
    const std::vector<Packet>& packets() const { return packets_; }

    // Reads what waits in a bound socket, at most `lanes` datagrams, fewer when there is no room for more.
    // Returns whether the socket is drained.
    bool receive(int fd, std::uint32_t slot);

  private:
    static constexpr std::size_t max_datagram = 65536, lane_size = 4 * max_datagram;

    struct Lane {
        std::uint8_t* next;  // where the next datagram goes
        sockaddr_in6 source; // or a sockaddr_in
        alignas(cmsghdr) std::uint8_t control[64];
        iovec part;
    };
    void prepare(unsigned lane);
    void add(unsigned lane, std::uint32_t slot);

    std::unique_ptr<std::uint8_t[]> memory_;
    std::array<Lane, lanes> lanes_;
    std::array<mmsghdr, lanes> headers_{};
    std::vector<Packet> packets_;
    bool full_ = false;
};

} // namespace rtpengine::io
