// SPDX-License-Identifier: Apache-2.0
#include "edge/net/listener.h"

#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace rtpengine::edge {

namespace {

constexpr unsigned accepted_a_turn = 64;
constexpr std::uint64_t pause_ms = 100; // where nothing can be accepted

void set(int fd, int level, int option, int value) { (void)setsockopt(fd, level, option, &value, sizeof value); }

// Whose other end is gone without a word ends after some two minutes.
void prepare(int fd) {
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 60);
    set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 15);
    set(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
}

} // namespace

Listener::Listener(uv::Loop& loop, Fd socket, Accepted accepted, std::function<bool()> shortage)
    : socket_(std::move(socket)), accepted_(std::move(accepted)), shortage_(std::move(shortage)),
      poll_(loop, socket_.get(), [this] { drain(); }), later_(loop, [this] { poll_.resume(); }) {}

void Listener::drain() {
    for (unsigned i = 0; i < accepted_a_turn; ++i)
        if (!accept_one()) return;
}

bool Listener::accept_one() {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    Fd socket(accept4(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket) {
        trouble_.look({});
        prepare(socket.get());
        accepted_(std::move(socket), Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(address)));
        return true;
    }
    if (errno == EINTR || errno == ECONNABORTED) return true;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
    const auto why = cannot("accept a client");
    if ((why.code == EMFILE || why.code == ENFILE) && shortage_()) return false; // its descriptor is free after this round
    trouble_.look(why);
    poll_.pause();
    later_.start_ms(pause_ms);
    return false;
}

} // namespace rtpengine::edge
