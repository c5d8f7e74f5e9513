/* SPDX-License-Identifier: Apache-2.0 */
#include "suite.h"

#include "chance.h"

#include <stdexcept>

namespace making {

std::string Suite::name() const {
    return std::string(cipher->name) + ", auth " + std::to_string(auth) + ", flags " + std::to_string(flags) +
           ", MKI of " + std::to_string(mki);
}

bool Suite::encrypts(bool rtcp) const {
    return cipher->ours != RTPENGINE_CIPHER_NULL &&
           !(flags & (rtcp ? RTPENGINE_SRTCP_UNENCRYPTED : RTPENGINE_SRTP_UNENCRYPTED));
}

unsigned Suite::tag(bool rtcp) const {
    if (cipher->gcm) return 16;
    if (auth == RTPENGINE_AUTH_NULL || (!rtcp && flags & RTPENGINE_SRTP_UNAUTHENTICATED)) return 0;
    return auth == RTPENGINE_HMAC_SHA1_80 || rtcp ? 10 : 4;
}

Suite suite_of(rtpengine_cipher cipher, rtpengine_auth auth, unsigned mki) {
    for (const Cipher& row : ciphers)
        if (row.ours == cipher) return {&row, auth, 0, mki};
    throw std::runtime_error("no such cipher");
}

rtpengine_srtp configure(const Suite& suite) {
    rtpengine_srtp config{};
    config.flags = RTPENGINE_SRTP | suite.flags;
    config.cipher = suite.cipher->ours;
    config.auth = suite.auth;
    config.mki_length = suite.mki;
    fill({config.master_key, suite.cipher->key});
    fill({config.master_salt, suite.cipher->salt});
    fill({config.mki, suite.mki});
    return config;
}

} // namespace making
