// SPDX-License-Identifier: Apache-2.0
// Requests by client and command.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>

#include "common/base/endpoint.h"
#include "control/ng/command_table.h"

namespace rtpengine::stats {

struct CommandCount {
    std::uint64_t requests = 0;
    std::chrono::nanoseconds duration{}; // sum, from reception to reply
};

struct ProxyStatistics {
    std::array<CommandCount, ng::command_count> commands;
    std::uint64_t errors = 0;
};

class ControlStatistics {
  public:
    // `command` is its index in the command table.
    void count(const Address& client, std::size_t command, std::chrono::nanoseconds duration, bool failed);
    void count_error(const Address& client); // of a message that is no command

    const std::map<Address, ProxyStatistics>& proxies() const { return proxies_; }
    const ProxyStatistics& totals() const { return totals_; }

  private:
    // nullptr: so many clients are known that a new one only counts in the totals.
    ProxyStatistics* proxy(const Address& client);

    std::map<Address, ProxyStatistics> proxies_;
    ProxyStatistics totals_;
};

} // namespace rtpengine::stats
