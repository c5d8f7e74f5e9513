// SPDX-License-Identifier: Apache-2.0
// The words of STUN that ICE uses: RFC 8489 sections 5 and 14, RFC 8445 section 16.1.
#pragma once

#include "dataplane/ice/bytes.h"

namespace rtpengine::ice {

using Transaction = std::array<std::uint8_t, 12>;

enum class Class : std::uint8_t { request, indication, success, error };

inline constexpr std::uint16_t binding = 1; // the only method
inline constexpr std::uint32_t cookie = 0x2112a442;
inline constexpr std::size_t header_size = 20, integrity_size = 24, fingerprint_size = 8; // of the latter with their headers
inline constexpr std::size_t max_username = 513;

// Below 0x8000 they must be understood.
enum Attribute : std::uint16_t {
    attr_username = 0x0006,
    attr_integrity = 0x0008,
    attr_error_code = 0x0009,
    attr_unknown = 0x000a,
    attr_integrity_sha256 = 0x001c,
    attr_mapped = 0x0020, // XOR-MAPPED-ADDRESS
    attr_priority = 0x0024,
    attr_use_candidate = 0x0025,
    attr_fingerprint = 0x8028,
    attr_controlled = 0x8029,
    attr_controlling = 0x802a,
};

// The two bits of the class lie apart in a message's type.
constexpr std::uint16_t type_of(Class cls, std::uint16_t method = binding) {
    const auto c = static_cast<unsigned>(cls);
    return static_cast<std::uint16_t>((method & 0xf) | (method & 0x70) << 1 | (method & 0xf80) << 2 | (c & 1) << 4 | (c & 2) << 7);
}
constexpr Class class_of(std::uint16_t type) { return static_cast<Class>((type >> 4 & 1) | (type >> 7 & 2)); }
constexpr std::uint16_t method_of(std::uint16_t type) {
    return static_cast<std::uint16_t>((type & 0xf) | (type >> 1 & 0x70) | (type >> 2 & 0xf80));
}

constexpr std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

} // namespace rtpengine::ice
