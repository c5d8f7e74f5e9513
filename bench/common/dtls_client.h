// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>

struct ssl_ctx_st;

namespace rtpengine::bench {

// Master key and master salt of AES_CM_128_HMAC_SHA1_80.
using SrtpKey = std::array<std::uint8_t, 30>;
struct SrtpKeys {
    SrtpKey ours, theirs; // by who sends
};

// A party that has DTLS-SRTP (RFC 5763) and begins the handshake, with one certificate for all its calls.
class DtlsClient {
  public:
    static Result<DtlsClient> create();

    // As in a=fingerprint:sha-256.
    const std::string& fingerprint() const { return fingerprint_; }
    // With whoever is at the other end of a connected UDP socket. An error after some seconds. Threads may do it at the same time.
    Result<SrtpKeys> shake(int socket) const;
    // CPU of the passive side of a handshake between two of these, in memory, nanoseconds: what OpenSSL alone takes.
    Result<std::uint64_t> passive_cpu_ns(unsigned times) const;

  private:
    struct Free {
        void operator()(ssl_ctx_st* context) const;
    };
    using Context = std::unique_ptr<ssl_ctx_st, Free>;
    DtlsClient(Context context, std::string fingerprint) : context_(std::move(context)), fingerprint_(std::move(fingerprint)) {}

    Context context_;
    std::string fingerprint_;
};

} // namespace rtpengine::bench
