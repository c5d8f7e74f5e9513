// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "common/base/result.h"

struct ssl_ctx_st;

namespace rtpengine::edge {

// Who we are towards clients over TLS, and who they have to be.
class TlsContext {
  public:
    // PEM: our certificate with those between it and the root, its key; the authorities of clients' certificates, empty: clients
    // need none. Errors say which of the options is wrong.
    static Result<std::shared_ptr<TlsContext>> create(const std::string& certificate, const std::string& key, const std::string& client_ca);
    ~TlsContext();
    ssl_ctx_st* get() const { return context_; }

  private:
    explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
    ssl_ctx_st* context_;
};

} // namespace rtpengine::edge
