// SPDX-License-Identifier: Apache-2.0
#pragma once

struct x509_store_ctx_st;

namespace rtpengine::dtls {

// What a context has OpenSSL call with the peer's certificate: its Session compares. 1: it is the peer's.
int verify_peer(x509_store_ctx_st* store, void*);

} // namespace rtpengine::dtls
