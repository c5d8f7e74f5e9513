// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/base64.h"

namespace rtpengine::sdp {

namespace {

constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string_view without_padding(std::string_view text) {
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    return text;
}

} // namespace

std::string base64(std::span<const std::uint8_t> bytes, bool padded) {
    std::string text;
    std::uint32_t bits = 0;
    int count = 0; // of bits that wait
    for (const auto byte : bytes) {
        bits = bits << 8 | byte;
        for (count += 8; count >= 6; count -= 6) text += digits[bits >> (count - 6) & 63];
    }
    if (count) text += digits[bits << (6 - count) & 63];
    while (padded && text.size() % 4) text += '=';
    return text;
}

bool read_base64(std::string_view text, std::span<std::uint8_t> out) {
    const auto padded = text.size();
    text = without_padding(text);
    if (text.size() != (out.size() * 8 + 5) / 6 || (padded != text.size() && padded % 4)) return false;
    std::uint32_t bits = 0;
    int count = 0;
    auto at = out.begin();
    for (const char c : text) {
        const auto digit = digits.find(c);
        if (digit == digits.npos) return false;
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        *at++ = static_cast<std::uint8_t>(bits >> count);
    }
    return true;
}

} // namespace rtpengine::sdp
