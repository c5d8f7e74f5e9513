// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "common/base/endpoint.h"
#include "dataplane/io/marking.h"
#include "dataplane/io/route.h"

namespace rtpengine::io {

// One datagram on its way out, beside its payload.
struct Outgoing {
    const Route* route = nullptr; // lives until it has left; null: a predecessor's, of which only the bytes are known
    Endpoint to;
    std::uint32_t size = 0; // of the payload
    std::uint8_t ttl = Marking::usual_ttl;
    bool counted = false;
    unsigned* left = nullptr; // of the packet that it was made of: io::Packet::left

    void mark_handled() const {
        if (left) *left = 0;
    }
};

// One way out of this host. Payload is written where it leaves from: reserve(), write, commit(). What a way can't take, another
// one is asked for, and so one that has to know the next hop of each datagram (none has yet) may leave those that it doesn't
// know to the kernel.
class Sender {
  public:
    // A datagram that was committed and couldn't be sent, with the errno that it met. The payload lies there until it returns.
    using Failed = std::function<void(const Outgoing&, std::span<const std::uint8_t> payload, int error)>;

    virtual ~Sender() = default;

    // Room for `size` bytes of payload of `next`, until commit() or another reserve(). nullptr: not by this way, or not before
    // flush().
    virtual std::uint8_t* reserve(const Outgoing& next, std::size_t size) = 0;
    // What was reserved leaves, with next.size bytes, now or with flush(). 0, or an errno.
    virtual int commit(const Outgoing& next) = 0;
    virtual bool empty() const = 0; // nothing waits
    virtual void flush(const Failed& failed) = 0;
};

} // namespace rtpengine::io
