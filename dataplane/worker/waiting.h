// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "dataplane/io/packet.h"

namespace rtpengine::dataplane {

// Packets that came between the answer to the SIP proxy and the rules that make it true: they wait for them. Few, and not for long:
// the oldest goes for a new one. Not of the hot path: bytes are copied, and may need memory.
class Waiting {
  public:
    static constexpr std::size_t capacity = 64;
    static constexpr std::uint64_t patience_us = 500'000;

    bool any() const { return count_ > 0; }
    // `stream`: whose port it is.
    bool has(std::uint64_t stream) const {
        for (const auto& held : held_)
            if (held.stream == stream) return true;
        return false;
    }
    void add(const io::Packet& packet, std::uint64_t stream) {
        auto& held = held_[next_++ % capacity];
        if (!held.stream) ++count_;
        held.bytes.assign(packet.bytes.begin(), packet.bytes.end());
        held.packet = packet;
        held.packet.bytes = held.bytes;
        held.packet.left = nullptr;
        held.stream = stream;
    }
    // In their order: calls visit(packet, stream) for those of which ready(slot, stream) says that they needn't wait any longer.
    template <class Ready, class Visit> void take(Ready ready, Visit visit) {
        for (std::size_t i = 0; count_ && i < capacity; ++i) {
            auto& held = held_[(next_ + i) % capacity];
            if (!held.stream || !ready(held.packet.slot, held.stream)) continue;
            const auto stream = held.stream;
            held.stream = 0;
            --count_;
            visit(held.packet, stream);
        }
    }

  private:
    struct Held {
        std::vector<std::uint8_t> bytes;
        io::Packet packet{};
        std::uint64_t stream = 0; // 0: nothing is here
    };

    std::vector<Held> held_ = std::vector<Held>(capacity);
    std::size_t next_ = 0, count_ = 0;
};

} // namespace rtpengine::dataplane
