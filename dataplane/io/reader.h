// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "dataplane/io/batch.h"

namespace rtpengine::io {

// Reads bound sockets, one datagram at a time, into memory that was allocated once. They lie one behind the other however
// long they are: short ones stay close together in the CPU's cache, and the longest that UDP has fits too.
class Reader {
  public:
    Reader();

    // Another batch begins; the bytes of the one before go.
    void clear() { used_ = 0; }
    bool full() const { return used_ + max_datagram > size; }

    enum class Read { packet, nothing, failed };
    // Not when one of both is full. `with_ancillary`: the packet's TOS too, which costs more. failed: an error of the socket,
    // which is told once and hides what waits behind it.
    Read read(Batch& batch, int fd, std::uint32_t slot, bool with_ancillary);

  private:
    static constexpr std::size_t max_datagram = 65536, size = 16 * max_datagram;

    std::unique_ptr<std::uint8_t[]> memory_;
    std::size_t used_ = 0;
};

} // namespace rtpengine::io
