// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "common/base/host_addresses.h"

namespace rtpengine {

// Where no media is sent, whatever an SDP or a packet's source says: to loopback, where the daemons of a host trust each other, to
// groups (multicast), of which this host is a member too, and to our NG listeners: bytes that a caller chose would be a SIP proxy's commands there.
class OffLimits {
  public:
    // `host` outlives it.
    explicit OffLimits(const HostAddresses& host) : host_(host) {}

    // Of every instance. An address of zeros: the port of every address of this host.
    void set_listeners(std::vector<Endpoint> listeners) { listeners_ = std::move(listeners); }
    // Loopback is in bounds for what is itself received on loopback.
    bool contains(const Endpoint& to, const Address& from) const;

  private:
    const HostAddresses& host_;
    std::vector<Endpoint> listeners_;
};

} // namespace rtpengine
