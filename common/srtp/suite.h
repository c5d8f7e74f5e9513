// SPDX-License-Identifier: Apache-2.0
// The suites of SRTP that we know: one table for SDES, for the workers and for who shows them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace rtpengine::srtp {

enum class Cipher : std::uint8_t {
    null,
    aes_cm,  // counter mode: RFC 3711 section 4.1.1, RFC 6188
    aes_f8,  // RFC 3711 section 4.1.2
    aes_gcm, // RFC 7714: authentication is part of it
};

// All in bytes. The master key and salt are as long as those of a session.
struct Suite {
    std::string_view name; // RFC 4568 section 6.2, RFC 6188 section 5, RFC 7714 section 14.1; others by their example
    Cipher cipher;
    std::uint8_t key, salt;
    std::uint8_t rtp_tag, rtcp_tag;

    constexpr bool aead() const { return cipher == Cipher::aes_gcm; }
};

constexpr std::size_t max_key = 32, max_salt = 14, max_tag = 16;
// A key's packets (RFC 3711 section 9.2): RTP, and RTCP.
constexpr std::uint64_t max_rtp_packets = std::uint64_t{1} << 48, max_rtcp_packets = std::uint64_t{1} << 31;

// The strongest first: the order in which they are offered.
inline constexpr std::array suites{
    Suite{"AEAD_AES_256_GCM", Cipher::aes_gcm, 32, 12, 16, 16},
    Suite{"AEAD_AES_128_GCM", Cipher::aes_gcm, 16, 12, 16, 16},
    Suite{"AES_256_CM_HMAC_SHA1_80", Cipher::aes_cm, 32, 14, 10, 10},
    Suite{"AES_256_CM_HMAC_SHA1_32", Cipher::aes_cm, 32, 14, 4, 10},
    Suite{"AES_192_CM_HMAC_SHA1_80", Cipher::aes_cm, 24, 14, 10, 10},
    Suite{"AES_192_CM_HMAC_SHA1_32", Cipher::aes_cm, 24, 14, 4, 10},
    Suite{"AES_CM_128_HMAC_SHA1_80", Cipher::aes_cm, 16, 14, 10, 10},
    Suite{"AES_CM_128_HMAC_SHA1_32", Cipher::aes_cm, 16, 14, 4, 10},
    Suite{"F8_128_HMAC_SHA1_80", Cipher::aes_f8, 16, 14, 10, 10},
    Suite{"F8_128_HMAC_SHA1_32", Cipher::aes_f8, 16, 14, 4, 10},
    Suite{"NULL_HMAC_SHA1_80", Cipher::null, 16, 14, 10, 10},
    Suite{"NULL_HMAC_SHA1_32", Cipher::null, 16, 14, 4, 10},
};

// By name, whatever its case; nullptr: unknown.
const Suite* find_suite(std::string_view name);

} // namespace rtpengine::srtp
