// SPDX-License-Identifier: Apache-2.0
#include "common/base/host_addresses.h"

#include <algorithm>
#include <memory>

#include <ifaddrs.h>
#include <sys/socket.h>

namespace rtpengine {

void HostAddresses::refresh() {
    ifaddrs* first = nullptr;
    if (getifaddrs(&first) < 0) return;
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> all(first, freeifaddrs);
    std::vector<Address> addresses;
    for (const auto* each = first; each; each = each->ifa_next)
        if (each->ifa_addr && (each->ifa_addr->sa_family == AF_INET || each->ifa_addr->sa_family == AF_INET6))
            addresses.push_back(Endpoint::from_sockaddr(*each->ifa_addr).address);
    set(std::move(addresses));
}

void HostAddresses::set(std::vector<Address> addresses) {
    addresses_ = std::move(addresses);
    std::sort(addresses_.begin(), addresses_.end());
    bits_ = 0;
    for (const auto& address : addresses_) bits_ |= std::uint64_t{1} << (last_byte(address) & 63);
}

bool HostAddresses::find(const Address& address) const {
    return std::binary_search(addresses_.begin(), addresses_.end(), address);
}

namespace {

constexpr std::uint8_t mapping[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// The first byte of an IPv4 address, as it is or mapped into IPv6; nullptr: it is none.
const std::uint8_t* ipv4_in(const Address& address) {
    if (address.family == Family::ipv4) return address.bytes.data();
    const bool mapped = address.family == Family::ipv6 && std::equal(std::begin(mapping), std::end(mapping), address.bytes.begin());
    return mapped ? address.bytes.data() + sizeof mapping : nullptr;
}

} // namespace

bool is_loopback(const Address& address) {
    if (const auto* ipv4 = ipv4_in(address)) return *ipv4 == 127;
    return address.is_loopback();
}

bool is_unicast(const Address& address) {
    if (const auto* ipv4 = ipv4_in(address)) return *ipv4 && *ipv4 < 224;
    return address.known() && !address.is_unspecified() && address.bytes[0] != 0xff;
}

bool is_multicast(const Address& address) {
    if (const auto* ipv4 = ipv4_in(address)) return *ipv4 >= 224 && *ipv4 < 240;
    return address.family == Family::ipv6 && address.bytes[0] == 0xff;
}

} // namespace rtpengine
