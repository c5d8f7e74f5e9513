// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

namespace rtpengine {

enum class Family : std::uint8_t { none = 0, ipv4 = 4, ipv6 = 6 };

// An IPv4 or IPv6 address; `none` is "not known". IPv4 uses the first four bytes. Trivially copyable:
// it lies in shared memory too.
struct Address {
    std::array<std::uint8_t, 16> bytes{};
    Family family = Family::none;

    // Literals only ("192.0.2.1", "2001:db8::1", "[2001:db8::1]"); nullopt for anything else.
    static std::optional<Address> parse(std::string_view text);
    // 4 or 16 bytes in network order, as on the wire between processes; anything else gives `none`.
    static Address from_bytes(std::string_view raw);
    static Address from_sockaddr(const sockaddr& from);
    static Address unspecified(Family family);

    bool known() const { return family != Family::none; }
    bool is_unspecified() const; // 0.0.0.0 or ::
    bool is_loopback() const;
    std::size_t size() const { return family == Family::ipv4 ? 4 : family == Family::ipv6 ? 16 : 0; }
    std::string_view raw() const { return {reinterpret_cast<const char*>(bytes.data()), size()}; }
    std::string str() const; // "" for `none`

    auto operator<=>(const Address&) const = default;
};

// Address and UDP port (host byte order).
struct Endpoint {
    Address address;
    std::uint16_t port = 0;

    static Endpoint from_sockaddr(const sockaddr& from);
    // "1.2.3.4:5", "[::1]:5"; nullopt for anything else.
    static std::optional<Endpoint> parse(std::string_view text);

    bool known() const { return address.known() && port != 0; }
    // Fills `to` and returns its length in bytes; 0 for an unknown family.
    socklen_t to_sockaddr(sockaddr_storage& to) const;
    std::string str() const; // "1.2.3.4:5", "[::1]:5"

    auto operator<=>(const Endpoint&) const = default;
};

int address_family(Family family); // AF_INET, AF_INET6 or AF_UNSPEC

} // namespace rtpengine
