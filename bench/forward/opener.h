// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/dtls_client.h"

#include <memory>
#include <span>

struct srtp_ctx_t_; // libsrtp2's session

namespace rtpengine::bench {

struct ReleaseSession {
    void operator()(srtp_ctx_t_* session) const;
};
using SrtpSession = std::unique_ptr<srtp_ctx_t_, ReleaseSession>;

// A receiver of SRTP, by libsrtp2: one call's. Costs microseconds a packet, as the sealer does.
class Opener {
  public:
    static Result<Opener> create(const SrtpKey& key);

    // The packet that was protected, in place of it; empty: it is not genuine, or came before.
    std::span<std::uint8_t> open(std::span<std::uint8_t> packet) const;

  private:
    explicit Opener(SrtpSession session) : session_(std::move(session)) {}
    SrtpSession session_;
};

// A sender of SRTP.
class Sealer {
  public:
    static Result<Sealer> create(const SrtpKey& key);

    // Protects the packet in place; how long it is then, 0: it failed. There is room for protected_size bytes.
    std::size_t seal(std::uint8_t* packet, std::size_t size) const;

  private:
    explicit Sealer(SrtpSession session) : session_(std::move(session)) {}
    SrtpSession session_;
};

} // namespace rtpengine::bench
