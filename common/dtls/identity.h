// SPDX-License-Identifier: Apache-2.0
// Who we are in a DTLS handshake: a self-signed certificate, whose digest stands in SDP (RFC 5763), and its key.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace rtpengine::dtls {

struct Identity {
    std::string certificate; // X.509, DER
    std::string key;         // its private key, PKCS #8 DER: never in a log or a report

    bool operator==(const Identity&) const = default;
};

struct IdentityTerms {
    std::string name;      // the common name
    unsigned rsa_bits = 0; // 0: an EC key on P-256
    bool sha1 = false;     // signed with it, instead of SHA-256
};

// Valid for 90 days, from the day before `now` on: peers' clocks may be slow. Errors: what OpenSSL says, such as of an RSA key that is too short.
Result<Identity> make_identity(const IdentityTerms& terms, std::time_t now = std::time(nullptr));

// Hashes of a=fingerprint that we know: "sha-1", "sha-224", "sha-256", "sha-384", "sha-512", whatever their case. Empty: another one.
std::string digest(std::string_view hash, std::string_view certificate);

// Seconds since the epoch; 0: it isn't a certificate.
std::time_t valid_from(std::string_view certificate);

} // namespace rtpengine::dtls
