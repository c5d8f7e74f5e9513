// SPDX-License-Identifier: Apache-2.0
// Pieces of a host for the live tests: a network namespace with nothing but lo (127/8, 2001:db8::1 and ::2,
// MTU 1500, no other routes), and peers that send and receive media.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/fd.h"

namespace rtpengine::live {

using Bytes = std::vector<std::uint8_t>;

constexpr int patience_ms = 5000; // for what must happen

// Once for the process, before anything is opened. False: not allowed here.
bool enter_namespace();

struct Received {
    Bytes bytes;
    Endpoint from;
    int tos = -1;
};

// A phone: one UDP socket.
class Peer {
  public:
    explicit Peer(const std::string& local);

    const Endpoint& local() const { return local_; }
    void send(const std::string& to, const Bytes& bytes, int tos = 0) const;
    // Waits; nullopt: nothing came within `wait_ms`.
    std::optional<Received> receive(int wait_ms = patience_ms) const;
    bool nothing_came() const { return !receive(0); }

  private:
    Fd fd_;
    Endpoint local_;
};

// `size` >= 12.
Bytes rtp(std::uint16_t sequence, std::uint32_t ssrc = 0x11223344, std::size_t size = 172);
Bytes rtcp();

} // namespace rtpengine::live
