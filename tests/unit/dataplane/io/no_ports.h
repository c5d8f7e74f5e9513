// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/io/port_set.h"

namespace rtpengine::test {

// Ports that open and close without anything happening; nothing comes, and what is sent is gone. Tests that look at one of
// these say so.
class NoPorts : public io::PortSet {
  public:
    std::string name() const override { return "no ports"; }
    Status open(std::uint32_t, const Endpoint&) override { return {}; }
    void close(std::uint32_t) override {}
    std::uint32_t close_unclaimed(std::uint32_t) override { return 0; }
    std::vector<int> descriptors() const override { return {}; }
    bool receive(io::Batch&) override { return false; }
    std::uint64_t overruns() const override { return 0; }
    int send(std::uint32_t, const Endpoint&, io::Marking, std::span<const std::uint8_t>) override { return 0; }
};

} // namespace rtpengine::test
