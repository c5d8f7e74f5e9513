// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/topology.h"

#include <cstdint>

namespace rtpengine::bench {

// Media that arrives at the parties is counted and dropped on the device (nftables), which costs next to nothing: what is
// left of the machine belongs to the proxy and the sender. Ends with this object.
class Sink {
  public:
    static Result<Sink> open(const Topology& hosts);
    Sink(Sink&& other) noexcept : hosts_(std::exchange(other.hosts_, nullptr)) {}
    Sink& operator=(Sink&&) = delete;
    ~Sink();

    std::uint64_t arrived() const; // packets, on both sides, since it was opened

  private:
    explicit Sink(const Topology& hosts) : hosts_(&hosts) {}
    const Topology* hosts_;
};

} // namespace rtpengine::bench
