// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "dataplane/io/packet.h"

namespace rtpengine::io {

// The datagrams of one round, in memory that was allocated once. They lie one behind the other however long they are:
// short ones stay close together in the CPU's cache, and the longest that UDP has fits too.
class Batch {
  public:
    static constexpr unsigned capacity = 256;

    Batch();

    void clear();
    bool full() const { return full_; }
    const std::vector<Packet>& packets() const { return packets_; }

    enum class Read { packet, nothing, failed };
    // Reads one datagram of a bound socket; not when full(). `with_tos`: the packet's TOS too, which costs more.
    // failed: an error of the socket, which is told once and hides what waits behind it.
    Read receive(int fd, std::uint32_t slot, bool with_tos);

  private:
    static constexpr std::size_t max_datagram = 65536, size = 16 * max_datagram;

    std::unique_ptr<std::uint8_t[]> memory_;
    std::size_t used_ = 0;
    std::vector<Packet> packets_;
    bool full_ = false;
};

} // namespace rtpengine::io
