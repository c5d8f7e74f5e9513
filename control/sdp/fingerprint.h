// SPDX-License-Identifier: Apache-2.0
// a=fingerprint (RFC 8122 section 5) and a=setup (RFC 4145 section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rtpengine::sdp {

struct Fingerprint {
    std::string hash;   // lower case, one that we know; empty: there is none
    std::string digest; // bytes, of the hash's length

    bool operator==(const Fingerprint&) const = default;
};

// "HASH XX:XX:..." with a hash that we know and a digest of its length, upper or lower case.
std::optional<Fingerprint> parse_fingerprint(std::string_view value);
bool usable_fingerprint(std::string_view value);
std::string print_fingerprint(const Fingerprint& fingerprint);
// In the spelling of Fingerprint. Empty: none that we know.
std::string_view known_hash(std::string_view name);

enum class Setup { none, actpass, active, passive }; // none: also holdconn, and what there isn't
Setup parse_setup(std::string_view value);

} // namespace rtpengine::sdp
