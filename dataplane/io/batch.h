// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "dataplane/io/packet.h"

namespace rtpengine::io {

// The datagrams of one round. Their bytes lie with the port set that received them, until it receives again.
class Batch {
  public:
    static constexpr unsigned capacity = 256;

    Batch() { packets_.reserve(capacity); }

    void clear() { packets_.clear(); }
    void add(const Packet& packet) { packets_.push_back(packet); } // not when full
    std::size_t room() const { return capacity - packets_.size(); }
    bool full() const { return room() == 0; }
    const std::vector<Packet>& packets() const { return packets_; }

  private:
    std::vector<Packet> packets_;
};

} // namespace rtpengine::io
