// SPDX-License-Identifier: Apache-2.0
// A network namespace of the test's own:
//
//     media port 192.0.2.1, 2001:db8:1::1 -- this host -- veth "out" -- 198.51.100.0/24, 2001:db8:2::/64
#pragma once

#include <optional>
#include <string>

#include "common/base/fd.h"
#include "packet.h"

namespace rtpengine::test {

// Makes the namespace; why not, if that is so.
std::string enter_network();

// Who is there.
struct Parties {
    const Endpoint port = *Endpoint::parse("192.0.2.1:30000"),
                   port6 = *Endpoint::parse("[2001:db8:1::1]:30000");
    const Endpoint exit = *Endpoint::parse("192.0.2.1:30002"),
                   exit6 = *Endpoint::parse("[2001:db8:1::1]:30002");
    const Endpoint peer = *Endpoint::parse("203.0.113.5:4000"),
                   peer6 = *Endpoint::parse("[2001:db8:9::5]:4000");
    const Endpoint callee = *Endpoint::parse("198.51.100.10:5000"),
                   callee6 = *Endpoint::parse("[2001:db8:2::10]:5000");
};

// The other end of "out": sees what leaves there, and sends what shall arrive.
class Wire {
  public:
    explicit Wire(int patience_ms = 1000);
    // The next UDP packet whose lengths and checksums are right; nullopt: there is none for as long as it is
    // patient.
    std::optional<Packet> next();
    void send(const Packet& packet) const;
    // With a checksum that a device has still to complete (CHECKSUM_PARTIAL).
    void send_partial(const Packet& packet) const;
    // From now on "out" completes sums itself, as its device doesn't: then they are seen here.
    void complete_sums() const;
    int link_to() const { return link_to_; } // last byte of the Ethernet destination of the latest

  private:
    int patience_ms_;
    Fd fd_;
    int link_to_ = 0;
};

} // namespace rtpengine::test
