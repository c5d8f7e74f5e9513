// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "common/base/endpoint.h"
#include "dataplane/ice/stun.h"

namespace rtpengine::ice {

// The latest authentic requests. One that comes again from elsewhere was recorded on its way: it proves nothing.
class Seen {
  public:
    // False: it came before, from another source or to another port.
    bool fresh(const Transaction& transaction, std::uint32_t port, const Endpoint& source) {
        for (const auto& each : ring_)
            if (each.source.known() && each.transaction == transaction) return each.port == port && each.source == source;
        ring_[next_++ % ring_.size()] = {transaction, port, source};
        return true;
    }

  private:
    struct Entry {
        Transaction transaction{};
        std::uint32_t port = 0;
        Endpoint source;
    };
    std::array<Entry, 64> ring_{};
    unsigned next_ = 0;
};

} // namespace rtpengine::ice
