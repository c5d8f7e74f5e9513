// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/sdes.h"

#include <memory>
#include <span>

struct srtp_ctx_t_; // libsrtp2's session

namespace rtpengine::bench {

// A receiver of SRTP, by libsrtp2: one call's.
class Opener {
  public:
    static Result<Opener> create(const Crypto& crypto);

    // The packet that was protected, in place of it; empty: it is not genuine, or came before. Costs
    // microseconds.
    std::span<std::uint8_t> open(std::span<std::uint8_t> packet) const;

  private:
    struct Release {
        void operator()(srtp_ctx_t_* session) const;
    };
    using Session = std::unique_ptr<srtp_ctx_t_, Release>;
    explicit Opener(Session session) : session_(std::move(session)) {}
    Session session_;
};

} // namespace rtpengine::bench
