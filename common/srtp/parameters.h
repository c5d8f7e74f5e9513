// SPDX-License-Identifier: Apache-2.0
// What one direction of a stream is protected with: what SDES or DTLS has negotiated, and a rule says.
#pragma once

#include "common/srtp/mki.h"
#include "common/srtp/secret.h"
#include "common/srtp/suite.h"

namespace rtpengine::srtp {

// RFC 4568 section 6.3.
struct SessionParameters {
    bool unencrypted_srtp = false, unencrypted_srtcp = false;
    bool unauthenticated_srtp = false; // RTP only; RTCP is authenticated always

    // RFC 7714 section 14.1: AEAD knows RTCP that isn't encrypted, and nothing else of these.
    constexpr bool fit(const Suite& suite) const { return !suite.aead() || (!unencrypted_srtp && !unauthenticated_srtp); }
    bool operator==(const SessionParameters&) const = default;
};

struct Master {
    Secret<max_key> key;
    Secret<max_salt> salt;
    Mki mki;

    bool operator==(const Master&) const = default;
};

struct Parameters {
    const Suite* suite = nullptr; // of `suites`
    Master master;
    SessionParameters session;

    // Key and salt have the suite's lengths, and it knows the session parameters.
    bool valid() const {
        return suite && master.key.size() == suite->key && master.salt.size() == suite->salt && session.fit(*suite);
    }
    bool operator==(const Parameters&) const = default;
};

} // namespace rtpengine::srtp
