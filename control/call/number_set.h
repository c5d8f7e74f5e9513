// SPDX-License-Identifier: Apache-2.0
// Sets of small numbers as messages have them: n is in the byte n / 8, from its lowest bit; zeros at the end are left out.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <string>

namespace rtpengine::call {

template <std::size_t size> std::string to_bytes(const std::bitset<size>& set) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) {
        if (!set[i]) continue;
        bytes.resize(std::max(bytes.size(), i / 8 + 1));
        bytes[i / 8] = static_cast<char>(static_cast<std::uint8_t>(bytes[i / 8]) | 1u << i % 8);
    }
    return bytes;
}

template <std::size_t size> std::bitset<size> to_set(const std::string& bytes) {
    std::bitset<size> set;
    for (std::size_t i = 0; i < std::min(size, 8 * bytes.size()); ++i) set[i] = static_cast<std::uint8_t>(bytes[i / 8]) >> i % 8 & 1;
    return set;
}

} // namespace rtpengine::call
