// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"
#include "control/call/exchange.h"

namespace rtpengine::call {

// Hands out what every stream needs to be told apart for ever.
class StreamIds {
  public:
    StreamIds(); // starts at nanoseconds since boot: ids of an earlier process never come back
    std::uint64_t next() { return ++last_; }

  private:
    std::uint64_t last_;
};

// The interface and the ports of every media of the exchange (specification section 4.7).
// Error: "Ran out of ports".
Status allocate_ports(Exchange& exchange, ports::Interfaces& interfaces, StreamIds& ids);

// Another program has one of the set's ports: all ports of that address are exchanged for others.
Status replace_ports(Call& call, PortSet& set, const LocalPort& taken, StreamIds& ids, std::uint64_t blocked_until_ms);

// Takes all ports of a party out of use; they close with the next commit.
void release_ports(Party& party);

} // namespace rtpengine::call
