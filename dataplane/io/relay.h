// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "common/base/fd.h"
#include "common/base/result.h"

namespace rtpengine::io {

// Hands datagrams to the worker whose port they shall leave by, for when a raw socket can't do it. A datagram
// socket `relay-<index>` in the runtime directory for each worker.
class Relay {
  public:
    struct Header {
        std::uint64_t stream; // a record with another id: closed meanwhile
        std::uint32_t slot;
        std::uint32_t tos;
    };
    using Handler = std::function<void(const Header&, std::span<const std::uint8_t> payload)>;

    // Replaces the socket that a predecessor left.
    static Result<std::unique_ptr<Relay>> open(const std::string& runtime_dir, std::uint32_t index);

    int descriptor() const { return fd_.get(); }
    // 0, or an errno.
    int send(std::uint32_t worker, const Header& header, std::span<const std::uint8_t> payload);
    // Everything that waits, up to a bound.
    void receive(const Handler& handler);

  private:
    Relay(Fd fd, std::string directory);

    Fd fd_;
    std::string directory_;
    std::unique_ptr<std::uint8_t[]> buffer_;
};

} // namespace rtpengine::io
