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

bool hex_bytes(std::string_view text, std::size_t count) {
    if (text.size() != count * 3 - 1) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool colon = i % 3 == 2;
        const char c = text[i];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (colon ? c != ':' : !hex) return false;
    }
    return true;
}

} // namespace

bool usable_fingerprint(std::string_view value) {
    const std::string_view name = take_token(value), digest = take_token(value);
    const auto hash = std::ranges::find_if(
        hashes, [&](const Hash& known) { return equal_ignoring_case(known.name, name); });
    return hash != hashes.end() && hex_bytes(digest, hash->bytes);
}

} // namespace rtpengine::sdp
