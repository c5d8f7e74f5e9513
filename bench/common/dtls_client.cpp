// SPDX-License-Identifier: Apache-2.0
#include "bench/common/dtls_client.h"

#include "common/dtls/identity.h"

#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

namespace rtpengine::bench {
namespace {

constexpr int tries = 20; // of OpenSSL's timer, which begins with a second

struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using Ssl = std::unique_ptr<SSL, FreeSsl>;

Error failure(const char* what) { return Error{fmt::format("{}: {}", what, ERR_error_string(ERR_get_error(), nullptr))}; }

std::string hex(const std::string& digest) {
    std::string text;
    for (const unsigned char byte : digest) text += fmt::format("{}{:02X}", text.empty() ? "" : ":", byte);
    return text;
}

// Whom the other side has said it is doesn't matter here.
int anybody(int, X509_STORE_CTX*) { return 1; }

bool use(SSL_CTX* context, const dtls::Identity& identity) {
    const auto* certificate = reinterpret_cast<const unsigned char*>(identity.certificate.data());
    const auto* key = reinterpret_cast<const unsigned char*>(identity.key.data());
    EVP_PKEY* decoded = d2i_AutoPrivateKey(nullptr, &key, long(identity.key.size()));
    const bool used = decoded && SSL_CTX_use_certificate_ASN1(context, int(identity.certificate.size()), certificate) == 1 &&
                      SSL_CTX_use_PrivateKey(context, decoded) == 1;
    EVP_PKEY_free(decoded);
    return used;
}

// RFC 5764 section 4.2: the client's key, the server's, the client's salt, the server's.
Result<SrtpKeys> keys_of(SSL* ssl) {
    constexpr char label[] = "EXTRACTOR-dtls_srtp";
    std::array<std::uint8_t, 60> material{};
    if (SSL_export_keying_material(ssl, material.data(), material.size(), label, sizeof label - 1, nullptr, 0, 0) != 1)
        return failure("DTLS: no keys");
    SrtpKeys keys;
    const auto copy = [&](SrtpKey& to, std::size_t key, std::size_t salt) {
        std::memcpy(to.data(), &material[key], 16);
        std::memcpy(&to[16], &material[salt], 14);
    };
    copy(keys.ours, 0, 32);
    copy(keys.theirs, 16, 46);
    return keys;
}

std::uint64_t thread_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::uint64_t(now.tv_sec) * 1'000'000'000 + std::uint64_t(now.tv_nsec);
}

} // namespace

void DtlsClient::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<DtlsClient> DtlsClient::create() {
    const auto identity = dtls::make_identity({"bench"});
    if (!identity) return identity.error();
    Context context(SSL_CTX_new(DTLS_method()));
    if (!context || !use(context.get(), *identity) || SSL_CTX_set_tlsext_use_srtp(context.get(), "SRTP_AES128_CM_SHA1_80") != 0)
        return failure("DTLS");
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, anybody);
    return DtlsClient(std::move(context), hex(dtls::digest("sha-256", identity->certificate)));
}

Result<SrtpKeys> DtlsClient::shake(int socket) const {
    const Ssl ssl(SSL_new(context_.get()));
    BIO* bio = ssl ? BIO_new_dgram(socket, BIO_NOCLOSE) : nullptr;
    if (!bio) return failure("DTLS");
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &length);
    BIO_ctrl(bio, BIO_CTRL_DGRAM_SET_CONNECTED, 0, &peer);
    SSL_set_bio(ssl.get(), bio, bio);
    for (int attempt = 0; attempt < tries; ++attempt) {
        if (const int done = SSL_connect(ssl.get()); done == 1) return keys_of(ssl.get());
        else if (SSL_get_error(ssl.get(), done) != SSL_ERROR_WANT_READ) return failure("DTLS handshake");
        DTLSv1_handle_timeout(ssl.get());
    }
    return Error{"DTLS handshake: nobody answers"};
}

Result<std::uint64_t> DtlsClient::passive_cpu_ns(unsigned times) const {
    std::uint64_t sum = 0;
    for (unsigned i = 0; i < times; ++i) {
        const Ssl active(SSL_new(context_.get())), passive(SSL_new(context_.get()));
        BIO *one = nullptr, *other = nullptr;
        if (!active || !passive || BIO_new_bio_pair(&one, 65536, &other, 65536) != 1) return failure("DTLS");
        SSL_set_bio(active.get(), one, one);
        SSL_set_bio(passive.get(), other, other);
        SSL_set_connect_state(active.get());
        SSL_set_accept_state(passive.get());
        for (int turn = 0; turn < tries && !(SSL_is_init_finished(active.get()) && SSL_is_init_finished(passive.get())); ++turn) {
            SSL_do_handshake(active.get());
            const auto before = thread_ns();
            SSL_do_handshake(passive.get());
            sum += thread_ns() - before;
        }
        const auto before = thread_ns();
        if (!keys_of(passive.get())) return failure("DTLS in memory");
        sum += thread_ns() - before;
    }
    return sum / times;
}

} // namespace rtpengine::bench
