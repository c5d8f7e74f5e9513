// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "common/base/endpoint.h"

namespace rtpengine::io {

// One received datagram. Refers to the buffers of the batch that it lies in.
struct Packet {
    static constexpr std::int16_t tos_not_asked = -1;

    std::uint32_t slot; // of the stream whose port it came to
    std::int16_t tos;   // TOS or traffic class, or tos_not_asked
    std::uint8_t ttl;   // or hop limit; 0: not asked for
    Endpoint source;
    std::span<const std::uint8_t> bytes;
    unsigned* left = nullptr; // in memory that outlives us: not 0 as long as a successor would handle it once more

    void mark_handled() const {
        if (left) *left = 0;
    }
};

} // namespace rtpengine::io
