/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "file.h"
#include "suite.h"

#include <array>

namespace making {

// A session of libsrtp2.
class Session {
  public:
    Session(const Suite& suite, rtpengine_srtp config, bool outbound);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() { srtp_dealloc(session_); }

    // Both: 0 with the packet changed, or a negative errno.
    int protect(Bytes& packet, bool rtcp);
    int unprotect(Bytes& packet, bool rtcp);

  private:
    srtp_crypto_policy_t crypto_policy(bool rtcp) const;

    const Suite suite_;
    srtp_t session_ = nullptr;
    std::array<uint8_t, 64> key_{}, mki_{};
};

} // namespace making
