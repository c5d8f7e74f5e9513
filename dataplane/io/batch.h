// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <sys/socket.h>

#include "dataplane/io/packet.h"

namespace rtpengine::io {

// Buffers for the datagrams of one round, allocated once. Used from the front, so that a small round stays in the
// CPU's cache. A datagram over `head_size` bytes spills into a buffer that is shared by every `spills`-th place:
// after such a one the batch is full.
class Batch {
  public:
    static constexpr unsigned capacity = 256, spills = 4;
    static constexpr std::size_t head_size = 2048, spill_size = 65536 - head_size;

    Batch();

    void clear() { packets_.clear(); spilled_ = false; }
    bool full() const { return spilled_ || packets_.size() == capacity; }
    const std::vector<Packet>& packets() const { return packets_; }

    // Reads what waits in a bound socket, at most `limit` datagrams; returns how many (0: none).
    unsigned receive(int fd, std::uint32_t slot, unsigned limit);

  private:
    struct Place {
        alignas(64) std::uint8_t head[head_size];
        sockaddr_storage source;
        alignas(cmsghdr) std::uint8_t control[64];
        iovec parts[2];
    };
    void prepare(unsigned place);
    void add(unsigned place, std::uint32_t slot);

    std::unique_ptr<Place[]> places_;
    std::unique_ptr<std::uint8_t[]> spill_;
    std::vector<mmsghdr> headers_;
    std::vector<Packet> packets_;
    bool spilled_ = false;
};

} // namespace rtpengine::io
