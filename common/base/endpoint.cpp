// SPDX-License-Identifier: Apache-2.0
#include "common/base/endpoint.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>

namespace rtpengine {

int address_family(Family family) {
    switch (family) {
    case Family::ipv4: return AF_INET;
    case Family::ipv6: return AF_INET6;
    case Family::none: break;
    }
    return AF_UNSPEC;
}

std::optional<Address> Address::parse(std::string_view text) {
    if (text.size() >= 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
    char buffer[INET6_ADDRSTRLEN] = {};
    if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
    text.copy(buffer, text.size());
    Address address;
    if (inet_pton(AF_INET, buffer, address.bytes.data()) == 1)
        address.family = Family::ipv4;
    else if (inet_pton(AF_INET6, buffer, address.bytes.data()) == 1)
        address.family = Family::ipv6;
    else
        return std::nullopt;
    return address;
}

Address Address::from_bytes(std::string_view raw) {
    Address address;
    if (raw.size() != 4 && raw.size() != 16) return address;
    std::memcpy(address.bytes.data(), raw.data(), raw.size());
    address.family = raw.size() == 4 ? Family::ipv4 : Family::ipv6;
    return address;
}

Address Address::from_sockaddr(const sockaddr& from) {
    Address address;
    if (from.sa_family == AF_INET) {
        std::memcpy(address.bytes.data(), &reinterpret_cast<const sockaddr_in&>(from).sin_addr, 4);
        address.family = Family::ipv4;
    } else if (from.sa_family == AF_INET6) {
        std::memcpy(address.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(from).sin6_addr, 16);
        address.family = Family::ipv6;
    }
    return address;
}

Address Address::unspecified(Family family) {
    Address address;
    address.family = family;
    return address;
}

bool Address::is_unspecified() const {
    return known() && std::all_of(bytes.begin(), bytes.begin() + size(), [](auto b) { return b == 0; });
}

bool Address::is_loopback() const {
    if (family == Family::ipv4) return bytes[0] == 127;
    return family == Family::ipv6 && bytes[15] == 1 &&
           std::all_of(bytes.begin(), bytes.begin() + 15, [](auto b) { return b == 0; });
}

// By hand for IPv4: the library's goes through printf, and an answer holds a dozen of them.
std::string Address::str() const {
    char buffer[INET6_ADDRSTRLEN];
    if (family == Family::ipv4) {
        char* end = buffer;
        for (std::size_t i = 0; i < 4; ++i) {
            if (i) *end++ = '.';
            end = std::to_chars(end, end + 3, bytes[i]).ptr;
        }
        return {buffer, end};
    }
    if (!known() || !inet_ntop(address_family(family), bytes.data(), buffer, sizeof buffer)) return {};
    return buffer;
}

Endpoint Endpoint::from_sockaddr(const sockaddr& from) {
    Endpoint endpoint{Address::from_sockaddr(from), 0};
    if (from.sa_family == AF_INET) endpoint.port = ntohs(reinterpret_cast<const sockaddr_in&>(from).sin_port);
    if (from.sa_family == AF_INET6) endpoint.port = ntohs(reinterpret_cast<const sockaddr_in6&>(from).sin6_port);
    return endpoint;
}

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto host = text.substr(0, colon), service = text.substr(colon + 1);
    if (host.find(':') != std::string_view::npos && host.front() != '[') return std::nullopt;
    const auto address = Address::parse(host);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(service.data(), service.data() + service.size(), port);
    if (!address || error != std::errc{} || end != service.data() + service.size()) return std::nullopt;
    return Endpoint{*address, port};
}

socklen_t Endpoint::to_sockaddr(sockaddr_storage& to) const {
    to = {};
    if (address.family == Family::ipv4) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(to);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, address.bytes.data(), 4);
        return sizeof v4;
    }
    if (address.family == Family::ipv6) {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(to);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&v6.sin6_addr, address.bytes.data(), 16);
        return sizeof v6;
    }
    return 0;
}

std::string Endpoint::str() const {
    const auto host = address.str();
    return (address.family == Family::ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

} // namespace rtpengine
