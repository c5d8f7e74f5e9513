// SPDX-License-Identifier: Apache-2.0
// What the kernel tells beside a datagram.
#pragma once

#include <cstdint>

#include <sys/socket.h>

#include "common/base/endpoint.h"

namespace rtpengine::io {

struct Ancillary {
    std::int16_t tos = 0; // or traffic class; 0 when it isn't told
    std::uint8_t ttl = 0; // or hop limit; 0 when it isn't told
    Endpoint destination; // unknown when it isn't told
};

// `header` was filled in by recvmsg() or recvmmsg().
Ancillary read_ancillary(const msghdr& header);

} // namespace rtpengine::io
