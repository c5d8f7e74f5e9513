// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rtpengine::ice {

using Bytes = std::span<const std::uint8_t>;

// Network order.
template <class Int> constexpr Int get(const std::uint8_t* from) {
    Int value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) value = static_cast<Int>(value << 8 | from[i]);
    return value;
}

template <class Int> constexpr void put(std::uint8_t* to, Int value) {
    for (std::size_t i = sizeof value; i--; value = static_cast<Int>(value >> 8)) to[i] = static_cast<std::uint8_t>(value);
}

template <> constexpr std::uint8_t get(const std::uint8_t* from) { return *from; }
template <> constexpr void put(std::uint8_t* to, std::uint8_t value) { *to = value; }

inline std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
inline Bytes bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

} // namespace rtpengine::ice
