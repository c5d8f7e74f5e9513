// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/result.h"
#include "dataplane/io/batch.h"
#include "dataplane/io/marking.h"

namespace rtpengine::io {

// The open media ports of a worker and the datagrams that come to them, however they are received: a socket
// for each port, or one for all that a BPF program steers to.
class PortSet {
  public:
    virtual ~PortSet() = default;

    virtual std::string name() const = 0; // for `status`

    // From now on datagrams to `local` are received for `slot`. Error code EADDRINUSE: somebody else has the
    // port.
    virtual Status open(std::uint32_t slot, const Endpoint& local) = 0;
    virtual void close(std::uint32_t slot) = 0; // nothing happens when it isn't open

    // Closes what a predecessor of this process left open and nobody has opened since, some of it: begins with 0 and goes on with what
    // it returned, until that is 0.
    virtual std::uint32_t close_unclaimed(std::uint32_t from) = 0;

    // Readable when datagrams wait.
    virtual std::vector<int> descriptors() const = 0;
    // Appends waiting datagrams to an empty batch; their bytes stay until the next call. True: more wait, of which the
    // descriptors need not tell again.
    virtual bool receive(Batch& batch) = 0;
    // What a predecessor had received and not handled, instead of the first receive(); to an empty batch, once its ports are
    // open.
    virtual void take_over(Batch&) {}
    // Datagrams that found a full receive buffer so far.
    virtual std::uint64_t overruns() const = 0;

    // Sends from the open port of `slot`, as the stack does it: fragmented where it must be. 0, or an errno.
    virtual int send(std::uint32_t slot, const Endpoint& to, Marking marking, std::span<const std::uint8_t> payload) = 0;
    // From now on each packet to `slot` tells its TTL.
    virtual void ask_for_ttl(std::uint32_t) {}
};

} // namespace rtpengine::io
