// SPDX-License-Identifier: Apache-2.0
#include "dataplane/dtls/context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "dataplane/dtls/profiles.h"
#include "dataplane/dtls/verify.h"

namespace rtpengine::dtls {

namespace {

Error wrong(const char* what) {
    char text[256] = "no reason given";
    if (const auto code = ERR_get_error()) ERR_error_string_n(code, text, sizeof text);
    ERR_clear_error();
    return {std::string("DTLS: ") + what + ": " + text, 0};
}

bool use(SSL_CTX* context, const Identity& identity) {
    const auto bytes = [](const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); };
    const auto* at = bytes(identity.key);
    EVP_PKEY* const key = d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(identity.key.size()));
    const bool used = key && SSL_CTX_use_certificate_ASN1(context, static_cast<int>(identity.certificate.size()), bytes(identity.certificate)) &&
                      SSL_CTX_use_PrivateKey(context, key);
    EVP_PKEY_free(key);
    return used;
}

bool use_srtp(SSL_CTX* context) {
    std::string names;
    for (const auto& profile : profiles) names.append(names.empty() ? "" : ":").append(profile.name);
    return SSL_CTX_set_tlsext_use_srtp(context, names.c_str()) == 0;
}

// A handshake has nothing of one before: no resumption, no renegotiation. Both sides show a certificate.
bool restrict(SSL_CTX* context) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_QUERY_MTU);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(context, verify_peer, nullptr);
    SSL_CTX_set_read_ahead(context, 1);
    return SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) && SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION);
}

} // namespace

Result<std::shared_ptr<const Context>> Context::make(const Identity& identity, const std::string& ciphers, unsigned mtu) {
    auto* const context = SSL_CTX_new(DTLS_method());
    if (!context) return wrong("no context");
    std::shared_ptr<const Context> made(new Context(context, mtu - headers));
    if (!restrict(context)) return wrong("no DTLS 1.2");
    if (!SSL_CTX_set_cipher_list(context, ciphers.c_str())) return wrong("dtls-ciphers names no cipher that there is");
    if (!use_srtp(context)) return wrong("no protection profiles");
    if (!use(context, identity)) return wrong("our certificate can't be used");
    return made;
}

Context::~Context() { SSL_CTX_free(context_); }

} // namespace rtpengine::dtls
