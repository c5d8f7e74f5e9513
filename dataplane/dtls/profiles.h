// SPDX-License-Identifier: Apache-2.0
// The protection profiles of use_srtp (RFC 5764 section 4.1.2, RFC 7714 section 14.2) that OpenSSL has, and which suites they are.
#pragma once

#include <array>
#include <string_view>

#include "common/srtp/suite.h"

namespace rtpengine::dtls {

struct Profile {
    std::string_view name; // OpenSSL's
    std::string_view suite;
};

inline constexpr std::array profiles{
    Profile{"SRTP_AEAD_AES_256_GCM", "AEAD_AES_256_GCM"},
    Profile{"SRTP_AEAD_AES_128_GCM", "AEAD_AES_128_GCM"},
    Profile{"SRTP_AES128_CM_SHA1_80", "AES_CM_128_HMAC_SHA1_80"},
    Profile{"SRTP_AES128_CM_SHA1_32", "AES_CM_128_HMAC_SHA1_32"},
};

// nullptr: none of these.
inline const srtp::Suite* suite_of(std::string_view profile) {
    for (const auto& each : profiles)
        if (each.name == profile) return srtp::find_suite(each.suite);
    return nullptr;
}

} // namespace rtpengine::dtls
