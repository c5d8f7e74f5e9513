// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/relay.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

namespace rtpengine::io {

namespace {

constexpr std::size_t max_payload = 65536;
constexpr unsigned max_messages = 256; // in a row, of one sender
constexpr int max_senders = 256;
constexpr int buffer = 4 << 20;        // bytes that may wait; the kernel allows what net.core.wmem_max says

Error failed(const char* what, const sockaddr_un& address) {
    const int code = errno;
    return {std::string("cannot ") + what + " " + address.sun_path + ": " + std::strerror(code), code};
}

// False: the path is too long for a socket's name.
bool name(sockaddr_un& address, const std::string& directory, std::uint32_t index) {
    address = {};
    address.sun_family = AF_UNIX;
    const int length =
        std::snprintf(address.sun_path, sizeof address.sun_path, "%s/relay-%u", directory.c_str(), index);
    return length > 0 && static_cast<std::size_t>(length) < sizeof address.sun_path;
}

} // namespace

Relay::Relay(Fd listener, Fd any, std::string directory)
    : listener_(std::move(listener)), any_(std::move(any)), directory_(std::move(directory)), buffer_(new std::uint8_t[max_payload]) {}

Result<std::unique_ptr<Relay>> Relay::open(const std::string& runtime_dir, std::uint32_t index) {
    sockaddr_un address;
    if (!name(address, runtime_dir, index))
        return Error{"the runtime directory's name is too long", ENAMETOOLONG};
    Fd listener(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    Fd any(epoll_create1(EPOLL_CLOEXEC));
    if (!listener || !any) return failed("open", address);
    unlink(address.sun_path);
    if (bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) return failed("bind", address);
    epoll_event event{.events = EPOLLIN, .data = {.fd = listener.get()}};
    if (listen(listener.get(), max_senders) < 0 || epoll_ctl(any.get(), EPOLL_CTL_ADD, listener.get(), &event) < 0)
        return failed("listen on", address);
    return std::unique_ptr<Relay>(new Relay(std::move(listener), std::move(any), runtime_dir));
}

int Relay::connect(std::uint32_t worker) {
    sockaddr_un address;
    if (!name(address, directory_, worker)) return EINVAL;
    Fd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return errno;
    (void)setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) return errno;
    receivers_[worker] = std::move(fd);
    return 0;
}

// A receiver that was replaced has closed its end: its successor is asked.
int Relay::send(std::uint32_t worker, const Header& header, std::span<const std::uint8_t> payload) {
    iovec parts[2] = {{const_cast<Header*>(&header), sizeof header},
                      {const_cast<std::uint8_t*>(payload.data()), payload.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    for (int attempt = 0;; ++attempt) {
        if (!receivers_.contains(worker))
            if (const int code = connect(worker)) return code;
        if (sendmsg(receivers_[worker].get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return 0;
        if (errno == EAGAIN || errno == EMSGSIZE || attempt) return errno;
        receivers_.erase(worker);
    }
}

void Relay::accept() {
    for (;;) {
        Fd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!fd) return;
        epoll_event event{.events = EPOLLIN, .data = {.fd = fd.get()}};
        if (epoll_ctl(any_.get(), EPOLL_CTL_ADD, fd.get(), &event) < 0) continue;
        const int number = fd.get();
        senders_[number] = std::move(fd);
    }
}

bool Relay::receive_from(int fd, const Handler& handler) {
    for (unsigned i = 0; i < max_messages; ++i) {
        Header header;
        iovec parts[2] = {{&header, sizeof header}, {buffer_.get(), max_payload}};
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = 2;
        const auto size = recvmsg(fd, &message, MSG_DONTWAIT);
        if (size < 0) return errno == EAGAIN || errno == EINTR;
        if (size == 0) return false;
        if (static_cast<std::size_t>(size) < sizeof header || (message.msg_flags & MSG_TRUNC)) continue;
        handler(header, {buffer_.get(), static_cast<std::size_t>(size) - sizeof header});
    }
    return true;
}

void Relay::receive(const Handler& handler) {
    epoll_event events[16];
    const int count = epoll_wait(any_.get(), events, 16, 0);
    for (int i = 0; i < count; ++i) {
        const int fd = events[i].data.fd;
        if (fd == listener_.get()) accept();
        else if (!receive_from(fd, handler)) senders_.erase(fd); // closing takes it out of epoll
    }
}

} // namespace rtpengine::io
