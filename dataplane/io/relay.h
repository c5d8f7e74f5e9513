// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "common/base/fd.h"
#include "common/base/result.h"

namespace rtpengine::io {

// Hands datagrams to the worker whose port they shall leave by, for when a raw socket can't do it. Each worker listens at
// `relay-<index>` in the runtime directory; who has something for it connects. By connections (SOCK_SEQPACKET), since what waits in one is
// bounded by memory: a datagram socket of the same kind drops when ten wait.
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

    // Readable when something waits.
    int descriptor() const { return any_.get(); }
    // 0, or an errno: EAGAIN when too much waits there.
    int send(std::uint32_t worker, const Header& header, std::span<const std::uint8_t> payload);
    // Everything that waits, up to a bound.
    void receive(const Handler& handler);

  private:
    Relay(Fd listener, Fd any, std::string directory);
    int connect(std::uint32_t worker);
    void accept();
    bool receive_from(int fd, const Handler& handler); // false: it has ended

    Fd listener_, any_;         // `any_`: epoll, of the listener and of what was accepted
    std::map<int, Fd> senders_; // by descriptor
    std::map<std::uint32_t, Fd> receivers_; // by worker
    std::string directory_;
    std::unique_ptr<std::uint8_t[]> buffer_;
};

} // namespace rtpengine::io
