// SPDX-License-Identifier: Apache-2.0
// Session keys of a master key: RFC 3711 section 4.3 (with a key derivation rate of 0), RFC 6188 for longer keys, RFC 7714
// section 11 for shorter salts.
#pragma once

#include "common/srtp/parameters.h"
#include "common/srtp/source.h"
#include "dataplane/srtp/crypto.h"

namespace rtpengine::srtp {

struct SessionKeys {
    Secret<max_key> key;
    Secret<max_salt> salt;
    Secret<HmacSha1::size> authentication;
};

// Errors: the lengths aren't the suite's, or OpenSSL has no AES.
Result<SessionKeys> derive(const Parameters& parameters, Half half);

} // namespace rtpengine::srtp
