// SPDX-License-Identifier: Apache-2.0
#include "edge/tls/channel.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "common/base/log.h"

namespace rtpengine::edge {

std::unique_ptr<TlsChannel> TlsChannel::create(std::shared_ptr<TlsContext> context, Fd fd) {
    auto* tls = SSL_new(context->get());
    if (!tls) return nullptr;
    std::unique_ptr<TlsChannel> channel(new TlsChannel(std::move(context), std::move(fd), tls));
    if (SSL_set_fd(tls, channel->fd()) != 1) return nullptr;
    SSL_set_accept_state(tls);
    return channel;
}

TlsChannel::TlsChannel(std::shared_ptr<TlsContext> context, Fd fd, ssl_st* tls)
    : context_(std::move(context)), fd_(std::move(fd)), tls_(tls) {}

TlsChannel::~TlsChannel() { SSL_free(tls_); }

// The library's errors are a queue of the thread: what is left in it would be the next connection's.
Channel::Moved TlsChannel::moved(int result, std::size_t bytes) {
    needs_write_ = false;
    if (result == 1) return {Outcome::some, bytes};
    const auto why = SSL_get_error(tls_, result);
    const auto reason = ERR_peek_error();
    ERR_clear_error();
    if (why == SSL_ERROR_WANT_READ) return {Outcome::blocked};
    if (why == SSL_ERROR_WANT_WRITE) {
        needs_write_ = true;
        return {Outcome::blocked};
    }
    if (why == SSL_ERROR_ZERO_RETURN) return {Outcome::ended};
    broken_ = true;
    if (why == SSL_ERROR_SSL && !SSL_is_init_finished(tls_))
        log::record(log::Level::info, log::Subsystem::http, {}, "a client's TLS handshake failed: {}",
                    reason ? ERR_reason_error_string(reason) : "it broke off");
    return {Outcome::failed};
}

Channel::Moved TlsChannel::read(char* to, std::size_t size) {
    ERR_clear_error();
    std::size_t bytes = 0;
    const auto result = SSL_read_ex(tls_, to, size, &bytes);
    return moved(result, bytes);
}

Channel::Moved TlsChannel::write(std::string_view text) {
    ERR_clear_error();
    std::size_t bytes = 0;
    const auto result = SSL_write_ex(tls_, text.data(), text.size(), &bytes);
    return moved(result, bytes);
}

bool TlsChannel::pending() const { return SSL_pending(tls_) > 0; }

void TlsChannel::finish() {
    if (!broken_ && SSL_is_init_finished(tls_)) SSL_shutdown(tls_);
    ERR_clear_error();
    shutdown(fd_.get(), SHUT_WR);
}

} // namespace rtpengine::edge
