// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/fingerprint.h"

#include <algorithm>
#include <array>

#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

struct Hash {
    std::string_view name;
    std::size_t bytes;
};
constexpr std::array hashes{Hash{"sha-1", 20}, Hash{"sha-224", 28}, Hash{"sha-256", 32}, Hash{"sha-384", 48},
                            Hash{"sha-512", 64}};

const Hash* find_hash(std::string_view name) {
    const auto found = std::ranges::find_if(hashes, [&](const Hash& known) { return equal_ignoring_case(known.name, name); });
    return found != hashes.end() ? &*found : nullptr;
}

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<std::string> hex_bytes(std::string_view text, std::size_t count) {
    if (text.size() != count * 3 - 1) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 3) {
        const int high = hex(text[i]), low = hex(text[i + 1]);
        if (high < 0 || low < 0 || (i + 2 < text.size() && text[i + 2] != ':')) return std::nullopt;
        bytes.push_back(static_cast<char>(high << 4 | low));
    }
    return bytes;
}

} // namespace

std::optional<Fingerprint> parse_fingerprint(std::string_view value) {
    const std::string_view name = take_token(value), digest = take_token(value);
    const auto* const hash = find_hash(name);
    auto bytes = hash ? hex_bytes(digest, hash->bytes) : std::nullopt;
    if (!bytes) return std::nullopt;
    return Fingerprint{std::string(hash->name), *std::move(bytes)};
}

bool usable_fingerprint(std::string_view value) { return parse_fingerprint(value).has_value(); }

std::string print_fingerprint(const Fingerprint& fingerprint) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string text = fingerprint.hash;
    char before = ' ';
    for (const char each : fingerprint.digest) {
        const auto byte = static_cast<unsigned char>(each);
        text.append({before, digits[byte >> 4], digits[byte & 15]});
        before = ':';
    }
    return text;
}

std::string_view known_hash(std::string_view name) {
    const auto* const hash = find_hash(name);
    return hash ? hash->name : std::string_view();
}

Setup parse_setup(std::string_view value) {
    const auto word = take_token(value);
    if (equal_ignoring_case(word, "actpass")) return Setup::actpass;
    if (equal_ignoring_case(word, "active")) return Setup::active;
    return equal_ignoring_case(word, "passive") ? Setup::passive : Setup::none;
}

} // namespace rtpengine::sdp
