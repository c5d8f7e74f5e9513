// SPDX-License-Identifier: Apache-2.0
#include "edge/tls/context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace rtpengine::edge {

namespace {

template <auto free> struct Free {
    template <class T> void operator()(T* value) const { free(value); }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;

Bio reader(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

Error wrong(const std::string& what) {
    const auto code = ERR_peek_last_error();
    ERR_clear_error();
    const auto* why = code ? ERR_reason_error_string(code) : nullptr;
    return {what + (why ? std::string(": ") + why : "")};
}

// A key with a passphrase is refused rather than asked for on a terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

Status use_certificates(SSL_CTX* context, const std::string& pem) {
    const auto from = reader(pem);
    const Certificate own(PEM_read_bio_X509(from.get(), nullptr, no_passphrase, nullptr));
    if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) return wrong("https-cert: there is no certificate in it");
    while (auto* next = PEM_read_bio_X509(from.get(), nullptr, no_passphrase, nullptr))
        if (SSL_CTX_add0_chain_cert(context, next) != 1) {
            X509_free(next);
            return wrong("https-cert: a certificate behind the first can't be used");
        }
    ERR_clear_error(); // the end of the file
    return {};
}

Status use_key(SSL_CTX* context, const std::string& pem) {
    const auto from = reader(pem);
    const Key key(PEM_read_bio_PrivateKey(from.get(), nullptr, no_passphrase, nullptr));
    if (!key) return wrong("https-key: there is no key in it, or it is encrypted");
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) return wrong("https-key: it isn't the key of https-cert");
    return {};
}

Status demand_certificates(SSL_CTX* context, const std::string& pem) {
    const auto from = reader(pem);
    auto* store = SSL_CTX_get_cert_store(context);
    unsigned found = 0;
    while (const Certificate next{PEM_read_bio_X509(from.get(), nullptr, no_passphrase, nullptr)}) {
        if (X509_STORE_add_cert(store, next.get()) != 1 || SSL_CTX_add_client_CA(context, next.get()) != 1)
            return wrong("https-client-ca: a certificate can't be used");
        ++found;
    }
    ERR_clear_error();
    if (!found) return Error{"https-client-ca: there is no certificate in it"};
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    return {};
}

} // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::create(const std::string& certificate, const std::string& key, const std::string& client_ca) {
    auto* context = SSL_CTX_new(TLS_server_method());
    if (!context) return wrong("cannot use TLS");
    std::shared_ptr<TlsContext> made(new TlsContext(context));
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // What is sent again after a short write may have moved; many idle connections shall not hold buffers.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>("rtpengine"), 9);
    if (auto used = use_certificates(context, certificate); !used) return used.error();
    if (auto used = use_key(context, key); !used) return used.error();
    if (!client_ca.empty())
        if (auto used = demand_certificates(context, client_ca); !used) return used.error();
    return made;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

} // namespace rtpengine::edge
