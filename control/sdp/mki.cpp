// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/mki.h"

#include <algorithm>
#include <vector>

#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

// bytes = bytes * 10 + digit; false: it doesn't fit.
bool append_digit(std::span<std::uint8_t> bytes, unsigned digit) {
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
        const auto value = *byte * 10u + digit;
        *byte = static_cast<std::uint8_t>(value);
        digit = value >> 8;
    }
    return digit == 0;
}

// bytes = bytes / 10, and the remainder.
unsigned take_digit(std::span<std::uint8_t> bytes) {
    unsigned rest = 0;
    for (auto& byte : bytes) {
        const auto value = rest << 8 | byte;
        byte = static_cast<std::uint8_t>(value / 10);
        rest = value % 10;
    }
    return rest;
}

} // namespace

bool read_mki(std::string_view text, Mki& mki) {
    const auto value = take_until(text, ':');
    const auto length = number(text, std::size_t{1}, Mki::most);
    constexpr std::size_t most_digits = 3 * Mki::most; // leading zeros are some
    if (!length || value.empty() || value.size() > most_digits) return false;
    const auto bytes = mki.make(*length);
    return std::ranges::all_of(value, [&](char c) {
        return c >= '0' && c <= '9' && append_digit(bytes, static_cast<unsigned>(c - '0'));
    });
}

std::string print_mki(const Mki& mki) {
    std::vector<std::uint8_t> bytes(mki.view().begin(), mki.view().end());
    std::string digits;
    do digits += static_cast<char>('0' + take_digit(bytes));
    while (std::ranges::any_of(bytes, [](std::uint8_t byte) { return byte != 0; }));
    std::ranges::reverse(digits);
    return digits + ":" + std::to_string(mki.size());
}

} // namespace rtpengine::sdp
