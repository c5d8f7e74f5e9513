// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "common/srtp/parameters.h"

namespace bench {

// As many as a worker takes at once.
constexpr std::size_t batch = 64, room = 1400;

struct Packet {
    std::array<std::uint8_t, room> bytes;
    std::size_t size;
};
using Packets = std::vector<Packet>;

// Both ends of a stream.
class Engine {
  public:
    virtual ~Engine() = default;
    // From one buffer into another, or in place and `out` is `in`: whatever it does best. False: it failed.
    virtual bool protect(Packets& in, Packets& out) = 0;
    virtual bool unprotect(Packets& in, Packets& out) = 0;
};

std::unique_ptr<Engine> ours(const rtpengine::srtp::Parameters& parameters);
std::unique_ptr<Engine> theirs(const rtpengine::srtp::Parameters& parameters); // libsrtp2; null: it has no such suite

} // namespace bench
