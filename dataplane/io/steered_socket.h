// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "common/base/endpoint.h"
#include "common/base/fd.h"

namespace rtpengine::io {

// A UDP socket that datagrams to many ports come to, and the memory that they are received in: many with one system
// call.
class SteeredSocket {
  public:
    static constexpr std::size_t capacity = 64; // of one system call

    struct Datagram {
        Endpoint source, destination;
        std::int16_t tos; // or traffic class
        std::span<const std::uint8_t> bytes;
    };

    // `fd` tells the TOS and the destination of what it receives.
    explicit SteeredSocket(Fd fd);
    SteeredSocket(SteeredSocket&&) noexcept;
    ~SteeredSocket();

    int descriptor() const { return fd_.get(); }

    // How many datagrams it took of those that wait, at most min(most, capacity).
    std::size_t receive(std::size_t most);
    // `i` < what receive() said. Its bytes stay until the next receive().
    Datagram datagram(std::size_t i);

  private:
    struct Slots;
    struct Free {
        void operator()(Slots* slots) const;
    };
    Fd fd_;
    std::unique_ptr<Slots, Free> slots_;
};

} // namespace rtpengine::io
