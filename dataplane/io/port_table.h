// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/base/fd.h"
#include "common/base/result.h"

namespace rtpengine::io {

// The map of open media ports that the steering program reads (bpf/steer.h), in memory shared with it: a byte for each
// port of each address says which worker has it.
class PortTable {
  public:
    // `owner`: what our ports have. `addresses`: that the map has.
    static Result<PortTable> map(const Fd& fd, std::uint32_t addresses, std::uint8_t owner);
    PortTable(PortTable&& other) noexcept;
    PortTable& operator=(PortTable&&) = delete;
    ~PortTable();

    // Of the port at `place` = index of its address * 65536 + port. Each holds for the next datagram.
    bool is_ours(std::uint32_t place) const;
    bool is_free(std::uint32_t place) const;
    void open(std::uint32_t place);
    void close(std::uint32_t place);

    // A socket of ours may bind to a port of the ranges as long as its pass lies there. `cookie`: SO_COOKIE.
    // False: another socket's lies in the same place.
    bool lay_pass(std::uint64_t cookie);
    // Whatever lies there.
    void replace_pass(std::uint64_t cookie);
    void take_pass(std::uint64_t cookie);

  private:
    PortTable(std::uint8_t* owners, std::size_t size, std::uint8_t owner);
    std::uint64_t& pass(std::uint64_t cookie) const;

    std::uint8_t* owners_; // then the passes
    std::size_t size_;     // of both
    std::uint8_t owner_;
};

} // namespace rtpengine::io
