// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <doctest/doctest.h>

#include "offload_world.h"

namespace rtpengine::test {

inline constexpr std::uint64_t second = 1'000'000;
inline constexpr std::uint64_t settled = 4 * second; // more than it takes

// A call between two peers, settled and not yet in the kernel.
struct Call : World {
    Call() {
        add_sink(a, b);
        add_sink(b, a);
        sync({});
        set({a, b});
        learn(0, "198.51.100.1:4000");
        learn(1, "198.51.100.2:6000");
        send(0);
        send(1);
    }
    bool send(std::uint32_t slot, std::uint8_t type = 8) {
        return packet(slot, {type, slot + 100, static_cast<std::uint16_t>(next[slot]++), 172});
    }
    void send(std::uint32_t slot, int n) {
        for (int i = 0; i < n; ++i)
            send(slot);
    }
    std::uint64_t in(std::uint32_t slot) { return total_in(slot); }
    std::uint64_t out(std::uint32_t slot) { return sent_to_first(slot); }
    std::string destination(std::uint32_t slot) {
        const auto* stream = module.find(streams()[slot].echo.from);
        REQUIRE(stream);
        REQUIRE(stream->destinations.size() == 1);
        const auto& to = stream->destinations[0].to;
        return std::to_string(to.address[3]) + ":" + std::to_string(__builtin_bswap16(to.port));
    }
    void restart() {
        kill();
        start();
    }

    dataplane::StreamSpec a = spec(1, 0, "198.51.100.1:4000"), b = spec(2, 1, "198.51.100.2:6000");
    unsigned next[2] = {1, 1};
};

} // namespace rtpengine::test
