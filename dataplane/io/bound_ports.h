// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include <sys/epoll.h>

#include "common/base/fd.h"
#include "dataplane/io/port_set.h"
#include "dataplane/io/reader.h"

namespace rtpengine::io {

// A socket for each port, watched by an epoll descriptor of their own. Edge-triggered: epoll asks each ready
// socket once, not again after it has been drained; whom we don't drain is asked for again here.
class BoundPorts final : public PortSet {
  public:
    // `max_reads`: at most about so many datagrams of one socket in a row before others have their turn,
    // >= 1.
    static Result<BoundPorts> create(std::uint32_t slots, unsigned max_reads);

    std::string name() const override { return "bound sockets"; }
    Status open(std::uint32_t slot, const Endpoint& local) override;
    void close(std::uint32_t slot) override;
    std::uint32_t close_unclaimed(std::uint32_t) override { return 0; } // they went with the process
    std::vector<int> descriptors() const override { return {epoll_.get()}; }
    bool receive(Batch& batch) override;
    int send(std::uint32_t slot, const Endpoint& to, Marking marking, std::span<const std::uint8_t> payload) override;
    void ask_for_ttl(std::uint32_t slot) override { wants_ttl_[slot] = true; }
    std::uint64_t overruns() const override { return overruns_; }

  private:
    BoundPorts(Fd epoll, std::uint32_t slots, unsigned max_reads);
    bool full(const Batch& batch) const { return batch.full() || reader_.full(); }
    void fetch_events();
    void enqueue(std::uint32_t slot);
    std::uint32_t dequeue();
    // False: the socket has more.
    bool drain(Batch& batch, std::uint32_t slot);

    Fd epoll_;
    std::vector<Fd> sockets_;         // by slot
    std::vector<bool> wants_ttl_; // by slot, until it is closed
    std::vector<std::uint8_t> turns_; // by slot: drained so often, of which every so many asks for the TOS
    unsigned max_reads_;
    Reader reader_;
    std::uint64_t overruns_ = 0;
    std::array<epoll_event, Batch::capacity> events_{};
    // Slots that have something to read, each once, in the order of their turns; a ring as long as there are
    // slots.
    std::vector<std::uint32_t> queue_;
    std::vector<bool> queued_; // by slot
    std::size_t first_ = 0, waiting_ = 0;
};

} // namespace rtpengine::io
