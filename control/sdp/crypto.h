// SPDX-License-Identifier: Apache-2.0
// a=crypto (RFC 4568).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/srtp/parameters.h"

namespace rtpengine::sdp {

struct Crypto {
    static constexpr std::uint32_t max_tag = 999'999'999;
    static constexpr std::size_t max_keys = 8, max_lines = 64; // a line's, a section's

    std::uint32_t tag = 0;
    const srtp::Suite* suite = nullptr; // of srtp::suites
    std::vector<srtp::Master> keys;     // one at least; if there are more, each has an MKI, of the same length
    srtp::SessionParameters session;
    bool passed_on = false; // of a line of ours: the keys are the other party's, who sends with them himself

    // With its first key.
    srtp::Parameters parameters() const { return {suite, keys.front(), session}; }
    bool operator==(const Crypto&) const = default;
};

// The attribute's value. nullopt: malformed, an unknown suite, or something in it that we can't do and mustn't pass over (sections
// 5.1.2 and 6.3: then the line counts as not there). Lifetimes must be possible, and are forgotten.
std::optional<Crypto> parse_crypto(std::string_view value);
// Of a section: lines that can't be used, and those with a tag that was there before, are left out.
std::vector<Crypto> parse_cryptos(std::span<const std::string> values);

struct CryptoSpelling {
    bool pad = false;      // base64 with '='
    bool lifetime = false; // |2^31 with each key
};
// The attribute's value.
std::string print_crypto(const Crypto& crypto, const CryptoSpelling& spelling = {});

} // namespace rtpengine::sdp
