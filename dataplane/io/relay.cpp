// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/relay.h"

#include <cerrno>
#include <cstring>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "dataplane/io/relay_address.h"

namespace rtpengine::io {

namespace {

constexpr std::size_t max_payload = 65536;
constexpr int max_events = 8;         // of a turn
constexpr unsigned max_messages = 32; // of a connection in a turn; epoll then tells of the others first
constexpr std::uint32_t max_workers = 65536; // no index is as high

// What epoll tells of: a kind, and the descriptor or the worker below it.
enum Kind : std::uint64_t { listening, incoming, outgoing };
constexpr std::uint64_t event_of(Kind kind, std::uint32_t which = 0) {
    return kind << 32 | which;
}

std::string path_of(const std::string& directory, std::uint32_t worker) {
    return directory + "/relay-" + std::to_string(worker);
}

Error failed(const char* what, const std::string& path) {
    const int code = errno;
    return {std::string("cannot ") + what + " " + path + ": " + std::strerror(code), code};
}

bool watch(const Fd& epoll, const Fd& fd, std::uint64_t data) {
    epoll_event event{EPOLLIN, {.u64 = data}};
    return epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd.get(), &event) == 0;
}

} // namespace

Relay::Relay(Fd epoll, Fd listener, std::string directory)
    : epoll_(std::move(epoll)),
      listener_(std::move(listener)),
      directory_(std::move(directory)),
      buffer_(new std::uint8_t[max_payload]) {}

Result<std::unique_ptr<Relay>> Relay::open(const std::string& runtime_dir, std::uint32_t index) {
    const auto path = path_of(runtime_dir, index);
    sockaddr_un address;
    if (!relay_address(address, path)) return Error{"the runtime directory's name is too long", ENAMETOOLONG};
    Fd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return failed("open", path);
    unlink(address.sun_path);
    if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0)
        return failed("bind", path);
    if (listen(fd.get(), SOMAXCONN) < 0) return failed("listen at", path);
    Fd epoll(epoll_create1(EPOLL_CLOEXEC));
    if (!epoll || !watch(epoll, fd, event_of(listening))) return failed("watch", path);
    return std::unique_ptr<Relay>(new Relay(std::move(epoll), std::move(fd), runtime_dir));
}

Outlet& Relay::outlet(std::uint32_t worker) {
    if (worker >= outlets_.size()) outlets_.resize(worker + 1);
    auto& outlet = outlets_[worker];
    if (!outlet)
        outlet =
            std::make_unique<Outlet>(path_of(directory_, worker), epoll_.get(), event_of(outgoing, worker));
    return *outlet;
}

int Relay::send(std::uint32_t worker, const Header& header, std::span<const std::uint8_t> payload) {
    if (worker >= max_workers) return EINVAL;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&header);
    const int error = outlet(worker).send({bytes, sizeof header}, payload);
    refused_ += error == EAGAIN;
    return error;
}

void Relay::turn(const Handler& handler) {
    epoll_event events[max_events];
    const int count = epoll_wait(epoll_.get(), events, max_events, 0);
    for (int i = 0; i < count; ++i) {
        const auto which = static_cast<std::uint32_t>(events[i].data.u64);
        switch (events[i].data.u64 >> 32) {
        case listening: accept(); break;
        case incoming: receive(static_cast<int>(which), handler); break;
        case outgoing: outlet(which).ready(events[i].events & (EPOLLHUP | EPOLLERR)); break;
        }
    }
}

void Relay::accept() {
    Fd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd || !watch(epoll_, fd, event_of(incoming, static_cast<std::uint32_t>(fd.get())))) return;
    const int number = fd.get();
    inlets_[number] = std::move(fd);
}

// Until nothing more waits or the other end is closed: each message has a header, none has no bytes.
void Relay::receive(int inlet, const Handler& handler) {
    for (unsigned i = 0; i < max_messages; ++i) {
        Header header;
        iovec parts[2] = {{&header, sizeof header}, {buffer_.get(), max_payload}};
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = 2;
        const auto size = recvmsg(inlet, &message, MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (size <= 0) return void(inlets_.erase(inlet));
        if (static_cast<std::size_t>(size) < sizeof header || (message.msg_flags & MSG_TRUNC)) continue;
        handler(header, {buffer_.get(), static_cast<std::size_t>(size) - sizeof header});
    }
}

std::uint64_t Relay::lost() const {
    std::uint64_t sum = 0;
    for (const auto& outlet : outlets_)
        if (outlet) sum += outlet->lost();
    return sum;
}

} // namespace rtpengine::io
