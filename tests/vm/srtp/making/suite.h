/* SPDX-License-Identifier: Apache-2.0 */
// One set of parameters, as the module and libsrtp2 call them.
#pragma once

#include "xt_RTPENGINE.h"

#include <srtp2/crypto_types.h>
#include <srtp2/srtp.h>
#include <string>

namespace making {

struct Cipher {
    const char* name;
    rtpengine_cipher ours;
    srtp_cipher_type_id_t theirs;
    unsigned key, salt;
    bool gcm;
};

// Not AES-CM-192: libsrtp2 2.5 derives its keys in a way that RFC 6188 has not. Known answers cover that.
inline constexpr Cipher ciphers[] = {
    {"NULL", RTPENGINE_CIPHER_NULL, SRTP_NULL_CIPHER, 16, 14, false},
    {"AES-CM-128", RTPENGINE_AES_CM_128, SRTP_AES_ICM_128, 16, 14, false},
    {"AES-CM-256", RTPENGINE_AES_CM_256, SRTP_AES_ICM_256, 32, 14, false},
    {"AES-GCM-128", RTPENGINE_AES_GCM_128, SRTP_AES_GCM_128, 16, 12, true},
    {"AES-GCM-256", RTPENGINE_AES_GCM_256, SRTP_AES_GCM_256, 32, 12, true},
};

struct Suite {
    const Cipher* cipher;
    rtpengine_auth auth;
    unsigned flags; // besides RTPENGINE_SRTP
    unsigned mki;   // bytes

    std::string name() const;
    bool encrypts(bool rtcp) const;
    unsigned tag(bool rtcp) const; // bytes
    unsigned overhead(bool rtcp) const { return tag(rtcp) + mki + (rtcp ? 4 : 0); }
};

Suite suite_of(rtpengine_cipher cipher, rtpengine_auth auth, unsigned mki = 0);

// Random keys for a suite.
rtpengine_srtp configure(const Suite& suite);

} // namespace making
