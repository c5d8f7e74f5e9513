// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <netinet/in.h>
#include <sys/socket.h>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "dataplane/io/sender.h"
#include "dataplane/io/transit.h"

namespace rtpengine::io {

// Sends from any port of one local address, headers and all: a whole batch with one system call. Bound to the
// address, so that source-based policy routing sees it as it sees every other socket.
class RawSocket final : public Sender {
  public:
    static constexpr std::size_t max_payload = Departures::max_payload;

    // Needs CAP_NET_RAW. The error carries the errno. `waiting`, which outlives the socket, may hold what a predecessor had
    // yet to send.
    static Result<std::unique_ptr<RawSocket>> open(const Address& source, Departures& waiting);

    // In the batch itself, behind the headers to come; nullptr: it is full, or that would be more than max_payload bytes.
    std::uint8_t* reserve(const Outgoing& next, std::size_t size) override;
    int commit(const Outgoing& next) override;
    bool empty() const override { return waiting_.count == 0; }
    void flush(const Failed& failed) override;

  private:
    RawSocket(Fd fd, Family family, Departures& waiting);
    void take_over();
    std::span<const std::uint8_t> payload(unsigned at) const;
    bool wait_for_room();
    std::uint16_t next_identification();

    Fd fd_;
    Departures& waiting_;
    const std::size_t headers_; // their bytes, of each datagram
    std::unique_ptr<Outgoing[]> outgoing_; // beside each of them
    unsigned first_ = 0;                   // of them to be sent
    std::uint16_t identification_ = 1;
};

} // namespace rtpengine::io
