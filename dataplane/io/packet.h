// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "common/base/endpoint.h"

namespace rtpengine::io {

// One received datagram. Refers to the buffers of the batch that it lies in.
struct Packet {
    std::uint32_t slot; // of the stream whose port it came to
    std::uint8_t tos;   // TOS or traffic class
    Endpoint source;
    std::span<const std::uint8_t> bytes;
};

} // namespace rtpengine::io
