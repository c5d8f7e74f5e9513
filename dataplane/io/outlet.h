// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include <sys/un.h>

#include "common/base/clock.h"
#include "common/base/fd.h"
#include "dataplane/io/backlog.h"

namespace rtpengine::io {

// The way to the relay of another worker: a connection, made when it is needed and again after that worker was replaced, and a
// backlog for what can't be sent at once. A datagram socket wouldn't do: the kernel lets ten datagrams wait there
// (net.unix.max_dgram_qlen), while a connection takes what the sender's buffer has room for. That buffer stays as small as it
// is: what waits in it goes with the other worker, what waits here is its successor's.
class Outlet {
  public:
    using Duration = BootClock::duration;
    // Watched in `epoll`, which outlives it, with `data`: whenever that tells of it, ready(). `patience`: so long it waits for
    // a successor.
    Outlet(const sockaddr_un& address, int epoll, std::uint64_t data, Duration patience);

    // 0: sent, or it waits. EAGAIN: no room; or the errno of sending.
    int send(std::span<const std::uint8_t> header, std::span<const std::uint8_t> payload);
    void ready(bool hung_up);
    // Something waits, and there is nobody to connect to: retry() from time to time.
    bool absent() const { return !fd_ && !backlog_.empty(); }
    void retry();
    // Datagrams that waited in vain so far, as there was no successor in time.
    std::uint64_t lost() const { return lost_; }

  private:
    bool connect();
    int write(std::span<const std::uint8_t> header, std::span<const std::uint8_t> payload);
    int write_once(std::span<const std::uint8_t> header, std::span<const std::uint8_t> payload);
    void watch(bool room);
    void wait();
    void flush();

    const sockaddr_un address_;
    const int epoll_;
    const std::uint64_t data_;
    const Duration patience_;
    Fd fd_;                   // none: not connected
    BootTime absent_since_{}; // never: connected, or nothing waits
    Backlog backlog_;
    std::uint64_t lost_ = 0;
};

} // namespace rtpengine::io
