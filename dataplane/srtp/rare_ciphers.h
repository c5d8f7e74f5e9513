// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "dataplane/srtp/crypto.h"

namespace rtpengine::srtp {

// Ciphers for what comes every few seconds: RTCP. A context takes a kilobyte and a key that is set again a microsecond, so all sessions
// share one of each kind.
class RareCiphers {
  public:
    // Afterwards that kind and length is there. Errors: OpenSSL's.
    Status prepare_counter(std::size_t key);
    Status prepare_gcm(std::size_t key);

    // With that key, until somebody else asks; nullptr: the library failed, or it wasn't prepared.
    Counter128* counter(Bytes key);
    Gcm* gcm(Bytes key);

  private:
    static constexpr std::size_t lengths = 3; // of 16, 24 and 32 bytes
    std::optional<Counter128> counters_[lengths];
    std::optional<Gcm> gcms_[lengths];
};

} // namespace rtpengine::srtp
