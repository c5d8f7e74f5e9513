// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "common/base/pool.h"
#include "dataplane/io/packet.h"

namespace rtpengine::io {

// A packet that may wait: it has its bytes itself. Stays where it is; its handle moves.
class OwnedPacket {
  public:
    static constexpr std::size_t capacity = 2048; // bytes; whatever passes a usual link whole

    // As long as it isn't too long; nothing of a batch is referred to any more.
    static bool fits(const Packet& packet) { return packet.bytes.size() <= capacity; }
    explicit OwnedPacket(const Packet& packet) : packet_(packet) {
        std::copy(packet.bytes.begin(), packet.bytes.end(), bytes_.begin());
        packet_.bytes = {bytes_.data(), packet.bytes.size()};
        packet_.left = nullptr;
    }
    OwnedPacket(const OwnedPacket&) = delete;
    OwnedPacket& operator=(const OwnedPacket&) = delete;

    const Packet& operator*() const { return packet_; }
    const Packet* operator->() const { return &packet_; }

  private:
    Packet packet_;
    std::array<std::uint8_t, capacity> bytes_;
};

using PacketPool = Pool<OwnedPacket>;

} // namespace rtpengine::io
