// SPDX-License-Identifier: Apache-2.0
#include "dataplane/dtls/session.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "dataplane/dtls/profiles.h"
#include "dataplane/dtls/verify.h"

namespace rtpengine::dtls {

namespace {

// RFC 6347 section 4.2.4.1 allows less than its second.
constexpr unsigned first_patience_us = 400'000, longest_patience_us = 8'000'000;

std::string reason() {
    char text[256] = "it was given up";
    if (const auto code = ERR_peek_last_error()) ERR_error_string_n(code, text, sizeof text);
    ERR_clear_error();
    return text;
}

unsigned next_patience(SSL*, unsigned before_us) { return before_us ? std::min(2 * before_us, longest_patience_us) : first_patience_us; }

} // namespace

// What OpenSSL calls. A BIO of ours keeps datagrams apart: one is read, and written, as a whole.
struct Callbacks {
    static Session& of(BIO* bio) { return *static_cast<Session*>(BIO_get_data(bio)); }

    // Of a handshake that came to grief the peer hears when another one begins: an alert would have it give up for good, and what
    // we stumbled over may have been the answer to a ClientHello of a process that was killed. An impostor is told.
    static int write(BIO* bio, const char* bytes, int size) {
        const Bytes datagram(reinterpret_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size));
        const bool alert = !datagram.empty() && datagram[0] == static_cast<std::uint8_t>(Content::alert);
        if (!alert || of(bio).impostor_) of(bio).send_(datagram);
        return size;
    }
    static int read(BIO* bio, char* to, int room) {
        auto& incoming = of(bio).incoming_;
        BIO_clear_retry_flags(bio);
        if (incoming.empty()) return BIO_set_retry_read(bio), -1;
        const auto size = std::min(incoming.size(), static_cast<std::size_t>(room));
        std::memcpy(to, incoming.data(), size);
        incoming = {};
        return static_cast<int>(size);
    }
    static long control(BIO*, int what, long, void*) { return what == BIO_CTRL_FLUSH; }

    static const BIO_METHOD* method() {
        static const auto* const made = [] {
            auto* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams");
            if (!method) return method;
            BIO_meth_set_write(method, write);
            BIO_meth_set_read(method, read);
            BIO_meth_set_ctrl(method, control);
            return method;
        }();
        return made;
    }

    // RFC 5763 section 5: the fingerprint says who it is, and nothing else does.
    static int verify(Session& session, X509_STORE_CTX* store) {
        unsigned char* bytes = nullptr;
        const int size = i2d_X509(X509_STORE_CTX_get0_cert(store), &bytes);
        const std::string_view certificate(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(std::max(size, 0)));
        const auto found = digest(session.terms_.hash, certificate);
        OPENSSL_free(bytes);
        session.impostor_ = found.empty() || found != session.terms_.fingerprint;
        if (session.impostor_) X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
        return session.impostor_ ? 0 : 1;
    }
};

int verify_peer(X509_STORE_CTX* store, void*) {
    const auto* const ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    return Callbacks::verify(*static_cast<Session*>(SSL_get_app_data(ssl)), store);
}

Result<std::unique_ptr<Session>> Session::make(std::shared_ptr<const Context> context, Terms terms, Send send) {
    std::unique_ptr<Session> made(new Session(std::move(context), std::move(terms), std::move(send)));
    if (!made->prepare()) return Error{"DTLS: " + reason(), 0};
    return made;
}

bool Session::prepare() {
    ssl_ = SSL_new(context_->openssl());
    auto* const bio = ssl_ && Callbacks::method() ? BIO_new(Callbacks::method()) : nullptr;
    if (!bio) return false;
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_, bio, bio);
    SSL_set_app_data(ssl_, this);
    SSL_set_mtu(ssl_, context_->largest());
    DTLS_set_timer_cb(ssl_, next_patience);
    terms_.active ? SSL_set_connect_state(ssl_) : SSL_set_accept_state(ssl_);
    return true;
}

Session::~Session() { SSL_free(ssl_); }

void Session::start() {
    if (terms_.active && state_ == State::fresh) go_on();
}

void Session::receive(Bytes datagram) {
    if (state_ == State::failed || !is_whole(datagram)) return;
    if (state_ == State::fresh && !terms_.active && !client_hello(datagram)) return;
    incoming_ = datagram;
    go_on();
    incoming_ = {};
}

std::optional<std::uint64_t> Session::patience_ms() const {
    timeval left{};
    if (state_ != State::shaking || !DTLSv1_get_timeout(ssl_, &left)) return std::nullopt;
    return static_cast<std::uint64_t>(left.tv_sec) * 1000 + static_cast<std::uint64_t>(left.tv_usec) / 1000 + 1;
}

void Session::expire() {
    if (state_ != State::shaking) return;
    ERR_clear_error();
    if (DTLSv1_handle_timeout(ssl_) < 0) fail("the peer doesn't answer");
}

void Session::go_on() {
    ERR_clear_error();
    if (state_ == State::finished) {
        char nothing; // what comes after the handshake is its own repetition, or nobody's
        SSL_read(ssl_, &nothing, sizeof nothing);
        return ERR_clear_error();
    }
    state_ = State::shaking;
    const int done = SSL_do_handshake(ssl_);
    if (done == 1) return finish();
    const int why = SSL_get_error(ssl_, done);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
        fail(impostor_ ? "the peer's certificate isn't the one that was signalled" : reason());
}

void Session::finish() {
    if (!derive()) return fail("no protection profile, or no keys for it");
    state_ = State::finished;
}

void Session::fail(std::string why) {
    failure_ = std::move(why);
    state_ = State::failed;
}

// RFC 5764 section 4.2: client's key, server's key, client's salt, server's salt.
bool Session::derive() {
    const auto* const profile = SSL_get_selected_srtp_profile(ssl_);
    const auto* const suite = profile ? suite_of(profile->name) : nullptr;
    if (!suite) return false;
    srtp::Secret<2 * (srtp::max_key + srtp::max_salt)> material;
    constexpr std::string_view label = "EXTRACTOR-dtls_srtp";
    const auto bytes = material.make(2u * suite->key + 2u * suite->salt);
    if (SSL_export_keying_material(ssl_, bytes.data(), bytes.size(), label.data(), label.size(), nullptr, 0, 0) != 1) return false;
    const auto side = [&](bool server) {
        srtp::Parameters made{suite, {}, {}};
        made.master.key.assign(bytes.subspan(server ? suite->key : 0, suite->key));
        made.master.salt.assign(bytes.subspan(2u * suite->key + (server ? suite->salt : 0), suite->salt));
        return made;
    };
    keys_ = {side(terms_.active), side(!terms_.active)};
    return true;
}

} // namespace rtpengine::dtls
