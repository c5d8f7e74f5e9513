// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "dataplane/io/port_set.h"
#include "dataplane/io/relay.h"
#include "dataplane/io/sender.h"

namespace rtpengine::io {

// The ordinary way: by the socket of the port that a datagram leaves from, or by the worker that has it. Takes any size, at
// once, one at a time.
class PortSender final : public Sender {
  public:
    // `relay` may be null. Both outlive it. `worker`: which we are.
    PortSender(PortSet& ports, Relay* relay, std::uint32_t worker);

    std::uint8_t* reserve(const Outgoing& next, std::size_t size) override;
    int commit(const Outgoing& next) override { return send(next, {room_.get(), next.size}); }
    bool empty() const override { return true; }
    void flush(const Failed&) override {}

    // What lies elsewhere. It leaves before the batch does, so a successor must not send it again.
    int send(const Outgoing& datagram, std::span<const std::uint8_t> payload);

  private:
    PortSet& ports_;
    Relay* relay_;
    const std::uint32_t worker_;
    const std::unique_ptr<std::uint8_t[]> room_;
};

} // namespace rtpengine::io
