// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/dtls_client.h"
#include "common/base/result.h"

#include <string>

namespace rtpengine::bench {

// One line of a=crypto (RFC 4568) with the suite that is measured, AES_CM_128_HMAC_SHA1_80.
struct Crypto {
    std::string tag;
    SrtpKey key{}; // what its sender protects with
};

// An error shows the SDP.
Result<Crypto> crypto_of(const std::string& sdp);
// The line, without its end, by which somebody who sends nothing accepts the suite that was offered with
// `tag`.
std::string accepting(const std::string& tag);

} // namespace rtpengine::bench
