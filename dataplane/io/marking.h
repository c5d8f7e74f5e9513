// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rtpengine::io {

// What the IP header of a datagram says beside its addresses.
struct Marking {
    static constexpr std::uint8_t usual_ttl = 64;

    std::uint8_t tos = 0; // or traffic class
    std::uint8_t ttl = usual_ttl; // or hop limit
};

} // namespace rtpengine::io
