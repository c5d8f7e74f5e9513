// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include <sys/epoll.h>

#include "common/base/fd.h"
#include "dataplane/io/port_set.h"

namespace rtpengine::io {

// A socket for each port, watched by an epoll descriptor of their own.
class BoundPorts final : public PortSet {
  public:
    // `max_reads`: at most so many datagrams of one socket in a row before others have their turn, >= 1.
    static Result<BoundPorts> create(std::uint32_t slots, unsigned max_reads);

    Status open(std::uint32_t slot, const Endpoint& local) override;
    void close(std::uint32_t slot) override;
    int descriptor() const override { return epoll_.get(); }
    bool receive(Batch& batch) override;
    int send(std::uint32_t slot, const Endpoint& to, std::uint8_t tos, std::span<const iovec> parts) override;

  private:
    BoundPorts(Fd epoll, std::uint32_t slots, unsigned max_reads)
        : epoll_(std::move(epoll)), sockets_(slots), max_reads_(max_reads) {}
    void read(Batch& batch, std::uint32_t slot);

    Fd epoll_;
    std::vector<Fd> sockets_; // by slot
    unsigned max_reads_;
    std::array<epoll_event, Batch::capacity> ready_{};
};

} // namespace rtpengine::io
