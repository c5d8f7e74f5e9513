// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/endpoint.h"
#include "control/ports/pool.h"

namespace rtpengine::link {
class InstanceConfig;
}

namespace rtpengine::ports {

// One address that media is received on.
struct LocalAddress {
    Address address;
    Address advertised;   // what SDP shows
    unsigned first_worker, shards; // indexes of the workers that serve it: so many from the first
    std::uint32_t slot;   // of the pool's first port in the shared state of each
    std::string foundation; // of its ICE candidates, constant for the process
    Pool pool;
    unsigned idle = 0; // ports that are taken from it in advance: nobody's yet

    unsigned used() const { return pool.used() - idle; }
    std::uint32_t slot_of(std::uint16_t port) const { return slot + port - pool.min(); }
    // RTP and the RTCP beside it have the same.
    unsigned worker(std::uint16_t port) const { return first_worker + port / 2 % shards; }
};

struct LogicalInterface {
    std::string name;
    bool draining = false; // not for calls that aren't on it already
    std::vector<std::unique_ptr<LocalAddress>> addresses;

    // The primary address of a family; any other one where the family is missing.
    LocalAddress& primary(Family family) const;
    bool has(Family family) const;
};

// The media interfaces of one instance and how requests name them.
class Interfaces {
  public:
    Interfaces(const link::InstanceConfig& config, const std::vector<std::uint16_t>& excluded, std::mt19937_64& random);

    // `name` as in a request; "" is the default. Names that are unknown, or of interfaces that drain, give the default
    // and a log line.
    LogicalInterface& select(std::string_view name, Family family);
    // The one whose address the host's routes would send from towards `peer`. nullptr, and a log line: there is none.
    const LogicalInterface* towards(const Address& peer) const;
    const std::vector<std::unique_ptr<LogicalInterface>>& all() const { return all_; }

  private:
    LogicalInterface* find(std::string_view name) const;
    LogicalInterface* rotate(std::string_view base, Family family);
    LogicalInterface* named(std::string_view name, Family family);
    LogicalInterface& standard(Family family);

    std::vector<std::unique_ptr<LogicalInterface>> all_;
    std::map<std::string, std::string, std::less<>> aliases_;
    std::map<std::string, std::size_t, std::less<>> turn_; // next member by BASE
};

} // namespace rtpengine::ports
