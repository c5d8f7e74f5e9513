// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/crypto.h"

#include <algorithm>

#include "control/sdp/base64.h"
#include "control/sdp/mki.h"
#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

// Removes `prefix`, whatever its case.
bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (!equal_ignoring_case(text.substr(0, prefix.size()), prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

// Packets: a decimal number, or a power of two.
bool possible_lifetime(std::string_view text) {
    if (text.starts_with("2^")) return number(text.substr(2), 0, 48).has_value();
    return number(text, std::uint64_t{1}, srtp::max_rtp_packets).has_value();
}

bool read_key(std::string_view text, const srtp::Suite& suite, srtp::Master& master) {
    srtp::Secret<srtp::max_key + srtp::max_salt> both;
    return read_base64(text, both.make(suite.key + suite.salt)) && master.key.assign(both.view().first(suite.key)) &&
           master.salt.assign(both.view().subspan(suite.key));
}

// KEY[|LIFETIME][|MKI:LENGTH], section 6.1.
std::optional<srtp::Master> read_master(std::string_view text, const srtp::Suite& suite) {
    srtp::Master master;
    if (!read_key(take_until(text, '|'), suite, master)) return std::nullopt;
    auto part = take_until(text, '|');
    if (!part.empty() && part.find(':') == part.npos) {
        if (!possible_lifetime(part)) return std::nullopt;
        part = take_until(text, '|');
    }
    if (!text.empty() || (!part.empty() && !read_mki(part, master.mki))) return std::nullopt;
    return master;
}

// Who has several keys says in each packet which one it is.
bool told_apart(const std::vector<srtp::Master>& keys) {
    if (keys.size() == 1) return true;
    for (auto key = keys.begin(); key != keys.end(); ++key)
        if (key->mki.empty() || key->mki.size() != keys.front().mki.size() ||
            std::any_of(keys.begin(), key, [&](const srtp::Master& other) { return other.mki == key->mki; }))
            return false;
    return true;
}

// inline:...[;inline:...]
bool read_keys(std::string_view text, Crypto& crypto) {
    while (!text.empty()) {
        auto part = take_until(text, ';');
        if (crypto.keys.size() == Crypto::max_keys || !take_prefix(part, "inline:")) return false;
        auto key = read_master(part, *crypto.suite);
        if (!key) return false;
        crypto.keys.push_back(*std::move(key));
    }
    return !crypto.keys.empty() && told_apart(crypto.keys);
}

struct Parameter {
    std::string_view name;
    bool srtp::SessionParameters::*value;
};
constexpr Parameter parameters[] = {
    {"UNENCRYPTED_SRTP", &srtp::SessionParameters::unencrypted_srtp},
    {"UNENCRYPTED_SRTCP", &srtp::SessionParameters::unencrypted_srtcp},
    {"UNAUTHENTICATED_SRTP", &srtp::SessionParameters::unauthenticated_srtp},
};

// Section 6.3. A hint of the window's size is none of our business; KDR and FEC_... we can't do; '-' says that one needn't.
bool read_parameter(std::string_view text, srtp::SessionParameters& session) {
    for (const auto& [name, value] : parameters)
        if (equal_ignoring_case(text, name)) return session.*value = true;
    return text.starts_with('-') || (take_prefix(text, "WSH=") && number(text, 64u, 99'999u));
}

} // namespace

std::optional<Crypto> parse_crypto(std::string_view value) {
    Crypto crypto;
    const auto tag = number(take_token(value), std::uint32_t{0}, Crypto::max_tag);
    crypto.suite = srtp::find_suite(take_token(value));
    if (!tag || !crypto.suite || !read_keys(take_token(value), crypto)) return std::nullopt;
    crypto.tag = *tag;
    for (auto text = take_token(value); !text.empty(); text = take_token(value))
        if (!read_parameter(text, crypto.session)) return std::nullopt;
    if (!crypto.session.fit(*crypto.suite)) return std::nullopt;
    return crypto;
}

std::vector<Crypto> parse_cryptos(std::span<const std::string> values) {
    std::vector<Crypto> all;
    for (const auto& value : values) {
        if (all.size() == Crypto::max_lines) break;
        auto crypto = parse_crypto(value);
        if (crypto && std::ranges::find(all, crypto->tag, &Crypto::tag) == all.end()) all.push_back(*std::move(crypto));
    }
    return all;
}

std::string print_crypto(const Crypto& crypto, const CryptoSpelling& spelling) {
    auto text = std::to_string(crypto.tag);
    text.append(" ").append(crypto.suite->name);
    char separator = ' ';
    for (const auto& [key, salt, mki] : crypto.keys) {
        srtp::Secret<srtp::max_key + srtp::max_salt> both;
        const auto room = both.make(key.size() + salt.size());
        std::ranges::copy(salt.view(), std::ranges::copy(key.view(), room.begin()).out);
        text.append(1, separator).append("inline:").append(base64(room, spelling.pad));
        if (spelling.lifetime) text += "|2^31";
        if (!mki.empty()) text.append("|").append(print_mki(mki));
        separator = ';';
    }
    for (const auto& [name, value] : parameters)
        if (crypto.session.*value) text.append(" ").append(name);
    return text;
}

} // namespace rtpengine::sdp
