// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/endpoint.h"
#include "common/base/fd.h"
#include "common/base/result.h"

namespace rtpengine::supervisor::bpf {

// What waits in a steered socket while its worker restarts, in bytes; the kernel doubles it, and a packet of 20 ms takes
// some 800.
constexpr int steered_buffer = 32 << 20;

// A UDP socket that nothing reaches but what a program steers to it: it is bound to an address that no host has. Says
// of each datagram where it was sent to, and its TOS.
Result<Fd> open_steered(Family family);

} // namespace rtpengine::supervisor::bpf
