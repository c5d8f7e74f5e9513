// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "common/dtls/identity.h"

struct ssl_ctx_st;

namespace rtpengine::dtls {

// What all handshakes under one identity have in common.
class Context {
  public:
    static constexpr unsigned headers = 48; // bytes of `mtu` that are IP's and UDP's

    // `ciphers`: OpenSSL's list. `mtu`: bytes of the largest packet that we send, at least 576. Errors say what of it is wrong.
    static Result<std::shared_ptr<const Context>> make(const Identity& identity, const std::string& ciphers, unsigned mtu);
    ~Context();
    Context(const Context&) = delete;

    ssl_ctx_st* openssl() const { return context_; }
    unsigned largest() const { return largest_; } // datagram, in bytes

  private:
    Context(ssl_ctx_st* context, unsigned largest) : context_(context), largest_(largest) {}

    ssl_ctx_st* context_;
    unsigned largest_;
};

} // namespace rtpengine::dtls
