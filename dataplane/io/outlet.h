// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "common/base/fd.h"
#include "dataplane/io/backlog.h"

namespace rtpengine::io {

// The way to the relay of another worker: a connection, made when it is needed and again after that worker
// was replaced, and a backlog for what it doesn't take at once. A datagram socket wouldn't do: the kernel
// lets ten datagrams wait there (net.unix.max_dgram_qlen), while a connection takes what the sender's buffer
// has room for. That buffer stays as small as it is: what waits in it goes with the other worker, what waits
// here is its successor's.
class Outlet {
  public:
    // Watched in `epoll`, which outlives it, with `data`: whenever that tells of it, ready().
    Outlet(std::string path, int epoll, std::uint64_t data);

    // 0: sent, or it waits. EAGAIN: no room; or the errno of sending.
    int send(std::span<const std::uint8_t> header, std::span<const std::uint8_t> payload);
    void ready(bool hung_up);
    // Datagrams that waited in vain so far, as the other worker had died.
    std::uint64_t lost() const { return lost_; }

  private:
    int connect();
    int write(std::span<const std::uint8_t> header, std::span<const std::uint8_t> payload);
    int write_once(std::span<const std::uint8_t> header, std::span<const std::uint8_t> payload);
    void watch(bool room);
    void flush();

    const std::string path_;
    const int epoll_;
    const std::uint64_t data_;
    Fd fd_; // none: not connected
    Backlog backlog_;
    std::uint64_t lost_ = 0;
};

} // namespace rtpengine::io
