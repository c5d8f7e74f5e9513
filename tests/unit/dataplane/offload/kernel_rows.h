// SPDX-License-Identifier: Apache-2.0
// Runs tests/packets/*.rows against a kernel that forwards. What a stream has learned before each row is
// userspace's business; where that is settled enough for a rule, the rule is pushed and the packet goes
// through the kernel. It must do what the row says, or leave the packet to userspace for one of the reasons
// in leaves() (kernel_rows.cpp).
#pragma once

#include <optional>

#include "../wire/wire.h"
#include "dataplane/offload/offload.h"

namespace rtpengine::test {

// What became of a packet; neither: it was thrown away.
struct Fate {
    bool left = false; // to userspace
    std::optional<Packet> sent;
};

// How packets are delivered, and how it is seen what became of them.
class Kernel {
  public:
    virtual ~Kernel() = default;
    virtual offload::Offload& offload() = 0;
    virtual Fate deliver(const Packet& packet) = 0;
};

// Checks every row of every file, in the network of Parties.
void check_rows(Kernel& kernel);

} // namespace rtpengine::test
