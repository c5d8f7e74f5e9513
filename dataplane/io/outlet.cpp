// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/outlet.h"

#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "dataplane/io/relay_address.h"

namespace rtpengine::io {

namespace {

constexpr unsigned max_flushed = 256; // in a row

iovec part(std::span<const std::uint8_t> bytes) {
    return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
}

} // namespace

Outlet::Outlet(std::string path, int epoll, std::uint64_t data)
    : path_(std::move(path)), epoll_(epoll), data_(data) {}

// 0, or an errno, of which none is EAGAIN: that a listener's queue is full is no reason to wait.
int Outlet::connect() {
    sockaddr_un address;
    if (!relay_address(address, path_)) return ENAMETOOLONG;
    Fd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return errno;
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0)
        return errno == EAGAIN ? ECONNREFUSED : errno;
    epoll_event event{0, {.u64 = data_}}; // its end is told of anyway
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd.get(), &event) < 0) return errno;
    fd_ = std::move(fd);
    return 0;
}

int Outlet::write_once(std::span<const std::uint8_t> header, std::span<const std::uint8_t> payload) {
    iovec parts[] = {part(header), part(payload)};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    return sendmsg(fd_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? errno : 0;
}

// A worker that was replaced is met again with the same datagram. Afterwards: connected, or the errno of
// that.
int Outlet::write(std::span<const std::uint8_t> header, std::span<const std::uint8_t> payload) {
    if (fd_) {
        const int error = write_once(header, payload);
        if (error != EPIPE && error != ECONNRESET) return error;
        fd_.reset();
    }
    const int error = connect();
    return error ? error : write_once(header, payload);
}

int Outlet::send(std::span<const std::uint8_t> header, std::span<const std::uint8_t> payload) {
    if (backlog_.empty()) {
        const int error = write(header, payload);
        if (error != EAGAIN) return error;
        watch(true);
    }
    return backlog_.push(header, payload) ? 0 : EAGAIN;
}

void Outlet::watch(bool room) {
    epoll_event event{room ? std::uint32_t{EPOLLOUT} : 0, {.u64 = data_}};
    if (fd_) epoll_ctl(epoll_, EPOLL_CTL_MOD, fd_.get(), &event);
}

void Outlet::ready(bool hung_up) {
    if (hung_up) fd_.reset();
    if (!backlog_.empty()) flush();
}

// What the successor of a dead worker doesn't take is lost; so is a single datagram that the kernel refuses.
void Outlet::flush() {
    for (unsigned i = 0; i < max_flushed && !backlog_.empty(); ++i) {
        const int error = write(backlog_.front(), {});
        if (error == EAGAIN) break;
        if (!fd_) {
            lost_ += backlog_.size();
            return backlog_.clear();
        }
        lost_ += error != 0;
        backlog_.pop();
    }
    watch(!backlog_.empty());
}

} // namespace rtpengine::io
