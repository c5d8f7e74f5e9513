// SPDX-License-Identifier: Apache-2.0
// Reads tests/packets/*.rows, whose format is described there, for every implementation of the packet path.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/flow/rule.h"

namespace rtpengine::test {

struct Row {
    std::uint64_t ms = 0;
    Endpoint from;
    std::vector<std::uint8_t> packet;
    std::string kind;                   // of the packet: a word of the table of packets
    std::string verdict, remote, state; // expected
};

// What happens in one case, in order.
class PacketCase {
  public:
    virtual ~PacketCase() = default;
    virtual void stream(const flow::Rule& rule) = 0;
    virtual void signal(const Endpoint& endpoint) = 0;
    virtual void relearn() = 0;
    virtual void row(const Row& row) = 0;
};

// Every case of a file has one of its own. Returns the number of rows.
unsigned run_rows(const std::filesystem::path& path, const std::function<std::unique_ptr<PacketCase>()>& make);

// Of all files there are; returns the number of files, each of which has rows.
unsigned run_all_rows(const std::function<std::unique_ptr<PacketCase>()>& make);

} // namespace rtpengine::test
