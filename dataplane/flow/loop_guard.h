// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "dataplane/rtp/kind.h"

namespace rtpengine::flow {

// Finds packets that go round between two ports of our own: the same few datagrams come again and again.
// Media between two calls of ours (a hairpin) doesn't repeat itself and passes.
class LoopGuard {
  public:
    // True: this datagram has come round too often.
    bool looped(rtp::Bytes datagram);

    static constexpr unsigned rounds = 30;

  private:
    static constexpr unsigned remembered = 4; // different packets on their way round
    struct Entry {
        std::uint64_t fingerprint = 0;
        unsigned times = 0;
    };
    std::array<Entry, remembered> entries_;
    unsigned next_ = 0;
};

} // namespace rtpengine::flow
