// SPDX-License-Identifier: Apache-2.0
#include "common/base/escape.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "common/base/utf8.h"

namespace rtpengine {

namespace {

bool shows_itself(char32_t c) {
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return false;
    if (c == 0x2028 || c == 0x2029) return false;                    // line and paragraph separator
    const bool directs = c == 0x061c || c == 0x200e || c == 0x200f || // marks, embeddings, overrides, isolates
                         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    return !directs;
}

// Most lines: nothing to do.
bool plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

void escape_bytes(std::string_view bytes, std::string& out) {
    for (const unsigned char c : bytes) fmt::format_to(std::back_inserter(out), "\\x{:02x}", c);
}

} // namespace

std::string escaped(std::string_view text) {
    if (plain(text)) return std::string(text);
    std::string out;
    out.reserve(text.size() + 16);
    while (!text.empty()) {
        const auto length = utf8_sequence(text);
        const auto sequence = text.substr(0, std::max<std::size_t>(length, 1));
        if (length && shows_itself(utf8_character(sequence))) out += sequence;
        else escape_bytes(sequence, out);
        text.remove_prefix(sequence.size());
    }
    return out;
}

std::string excerpt(std::string_view text, std::size_t limit) {
    auto out = escaped(text.substr(0, limit));
    if (text.size() > limit) fmt::format_to(std::back_inserter(out), " ... ({} bytes)", text.size());
    return out;
}

} // namespace rtpengine
