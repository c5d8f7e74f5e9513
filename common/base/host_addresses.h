// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "common/base/endpoint.h"

namespace rtpengine {

// What the host itself answers to. A look costs a few comparisons at most.
class HostAddresses {
  public:
    HostAddresses() { refresh(); }
    explicit HostAddresses(std::vector<Address> addresses) { set(std::move(addresses)); }

    // Asks the kernel; from time to time, as addresses come and go. What was known stays where it can't be asked.
    void refresh();
    bool contains(const Address& address) const {
        return (bits_ >> (last_byte(address) & 63) & 1) && find(address);
    }

  private:
    void set(std::vector<Address> addresses);
    bool find(const Address& address) const;
    static std::uint8_t last_byte(const Address& address) { return address.bytes[address.size() - 1]; }

    std::vector<Address> addresses_; // in ascending order; of the loopback network only those that were given
    std::uint64_t bits_ = 0;         // bit n: one ends with n, modulo 64
};

// 127.0.0.0/8, ::1, and the former mapped into IPv6.
bool is_loopback(const Address& address);
bool is_multicast(const Address& address); // likewise
// May be one host's: neither all zeros or "this network" (0.0.0.0/8), nor multicast, nor broadcast, nor reserved for none (240.0.0.0/4). Likewise.
bool is_unicast(const Address& address);

} // namespace rtpengine
