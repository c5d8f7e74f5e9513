// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/outlet.h"

#include <cerrno>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace rtpengine::io {

namespace {

constexpr unsigned max_flushed = 256; // in a row

iovec part(std::span<const std::uint8_t> bytes) {
    return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
}

} // namespace

Outlet::Outlet(const sockaddr_un& address, int epoll, std::uint64_t data, Duration patience)
    : address_(address), epoll_(epoll), data_(data), patience_(patience) {}

// Why it can't doesn't matter: no listener, a full queue of one, no descriptor may all be over in a moment.
bool Outlet::connect() {
    Fd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address_), sizeof address_) < 0) return false;
    epoll_event event{0, {.u64 = data_}}; // its end is told of anyway
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd.get(), &event) < 0) return false;
    fd_ = std::move(fd);
    absent_since_ = {};
    return true;
}

int Outlet::write_once(std::span<const std::uint8_t> header, std::span<const std::uint8_t> payload) {
    iovec parts[] = {part(header), part(payload)};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    return sendmsg(fd_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? errno : 0;
}

// 0; EAGAIN: when there is room, or somebody to connect to; or the errno of sending. A worker that was replaced is met again
// with the same datagram.
int Outlet::write(std::span<const std::uint8_t> header, std::span<const std::uint8_t> payload) {
    for (unsigned attempts = 0; attempts < 2; ++attempts) {
        if (!fd_ && !connect()) return EAGAIN;
        const int error = write_once(header, payload);
        if (error != EPIPE && error != ECONNRESET) return error;
        fd_.reset();
    }
    return EAGAIN;
}

int Outlet::send(std::span<const std::uint8_t> header, std::span<const std::uint8_t> payload) {
    if (backlog_.empty()) {
        const int error = write(header, payload);
        if (error != EAGAIN) return error;
    }
    if (!backlog_.push(header, payload)) return EAGAIN;
    if (backlog_.size() == 1) wait();
    return 0;
}

void Outlet::watch(bool room) {
    epoll_event event{room ? std::uint32_t{EPOLLOUT} : 0, {.u64 = data_}};
    if (fd_) epoll_ctl(epoll_, EPOLL_CTL_MOD, fd_.get(), &event);
}

void Outlet::wait() {
    watch(true);
    if (!fd_ && absent_since_ == BootTime{}) absent_since_ = BootClock::now();
}

void Outlet::ready(bool hung_up) {
    if (hung_up) fd_.reset();
    if (!backlog_.empty()) flush();
}

void Outlet::retry() {
    flush();
    if (!absent() || BootClock::now() - absent_since_ < patience_) return;
    lost_ += backlog_.size();
    backlog_.clear();
    absent_since_ = {};
}

// A single datagram that the kernel refuses is lost, the others go on.
void Outlet::flush() {
    for (unsigned i = 0; i < max_flushed && !backlog_.empty(); ++i) {
        const int error = write(backlog_.front(), {});
        if (error == EAGAIN) break;
        lost_ += error != 0;
        backlog_.pop();
    }
    backlog_.empty() ? watch(false) : wait();
}

} // namespace rtpengine::io
