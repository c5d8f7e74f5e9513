// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/relay.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

namespace rtpengine::io {

namespace {

constexpr std::size_t max_payload = 65536;
constexpr int max_events = 8;         // of a turn
constexpr unsigned max_messages = 32; // of a connection in a turn; epoll then tells of the others first
constexpr long retry_ns = 10'000'000; // a killed worker's successor is there after some 30 ms

// What epoll tells of: a kind, and the descriptor or the worker below it.
enum Kind : std::uint64_t { listening, incoming, outgoing, retrying };
constexpr std::uint64_t event_of(Kind kind, std::uint32_t which = 0) { return kind << 32 | which; }

// nullopt: the path is too long for a socket's name.
std::optional<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return std::nullopt;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

std::string path_of(const std::string& runtime_dir, std::uint32_t worker) { return runtime_dir + "/relay-" + std::to_string(worker); }

Error failed(const char* what, const sockaddr_un& address) {
    const int code = errno;
    return {std::string("cannot ") + what + " " + address.sun_path + ": " + std::strerror(code), code};
}

bool watch(const Fd& epoll, const Fd& fd, std::uint32_t events, std::uint64_t data) {
    epoll_event event{events, {.u64 = data}};
    return epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd.get(), &event) == 0;
}

} // namespace

Relay::Relay(Fd epoll, Fd timer, const Place& place)
    : path_(path_of(place.runtime_dir, place.index)),
      epoll_(std::move(epoll)),
      timer_(std::move(timer)),
      buffer_(new std::uint8_t[max_payload]) {
    for (std::uint32_t worker = 0; worker < place.workers; ++worker)
        outlets_.emplace_back(*address_of(path_of(place.runtime_dir, worker)), epoll_.get(), event_of(outgoing, worker), place.patience);
}

Result<std::unique_ptr<Relay>> Relay::open(const Place& place) {
    const auto address = address_of(path_of(place.runtime_dir, place.index));
    if (!address || !address_of(path_of(place.runtime_dir, std::max(place.workers, 1u) - 1)))
        return Error{"the runtime directory's name is too long", ENAMETOOLONG};
    Fd epoll(epoll_create1(EPOLL_CLOEXEC)), timer(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    if (!epoll || !timer || !watch(epoll, timer, EPOLLIN, event_of(retrying))) return failed("watch", *address);
    std::unique_ptr<Relay> relay(new Relay(std::move(epoll), std::move(timer), place));
    if (auto listening = relay->listen(); !listening) return listening.error();
    return relay;
}

// The listener is told of once for what comes: whom there is no descriptor for must not keep us busy.
Status Relay::listen() {
    Fd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const auto address = *address_of(path_); // open() has seen that there is one
    if (!fd) return failed("open", address);
    unlink(path_.c_str());
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) return failed("bind", address);
    if (::listen(fd.get(), SOMAXCONN) < 0) return failed("listen at", address);
    if (!watch(epoll_, fd, EPOLLIN | EPOLLET, event_of(listening))) return failed("watch", address);
    listener_ = std::move(fd);
    file_ = FileId::at(path_);
    return {};
}

Status Relay::renew() { return FileId::at(path_) == file_ ? Status() : listen(); }

int Relay::send(std::uint32_t worker, const Header& header, std::span<const std::uint8_t> payload) {
    if (worker >= outlets_.size()) return EINVAL;
    auto& outlet = outlets_[worker];
    const int error = outlet.send({reinterpret_cast<const std::uint8_t*>(&header), sizeof header}, payload);
    refused_ += error == EAGAIN;
    if (outlet.absent()) retry_soon();
    return error;
}

bool Relay::turn(const Handler& handler) {
    epoll_event events[max_events];
    const int count = epoll_wait(epoll_.get(), events, max_events, 0);
    for (int i = 0; i < count; ++i) {
        const auto which = static_cast<std::uint32_t>(events[i].data.u64);
        switch (events[i].data.u64 >> 32) {
        case listening: accept(); break;
        case incoming: receive(static_cast<int>(which), handler); break;
        case outgoing: outlets_[which].ready(events[i].events & (EPOLLHUP | EPOLLERR)); break;
        case retrying: retry(); break;
        }
    }
    if (std::any_of(outlets_.begin(), outlets_.end(), [](const auto& outlet) { return outlet.absent(); })) retry_soon();
    return count > 0;
}

// All that wait. Whom it can't take now, as there are no descriptors, it takes later.
void Relay::accept() {
    for (;;) {
        Fd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!fd && errno == EAGAIN) return;
        if (!fd) return retry_soon();
        const int number = fd.get();
        if (watch(epoll_, fd, EPOLLIN, event_of(incoming, static_cast<std::uint32_t>(number)))) inlets_[number] = std::move(fd);
    }
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

void Relay::retry_soon() {
    if (std::exchange(retrying_, true)) return;
    const itimerspec once{{}, {0, retry_ns}};
    timerfd_settime(timer_.get(), 0, &once, nullptr);
}

void Relay::retry() {
    std::uint64_t expirations;
    (void)!read(timer_.get(), &expirations, sizeof expirations);
    retrying_ = false;
    accept();
    for (auto& outlet : outlets_)
        if (outlet.absent()) outlet.retry();
}

std::uint64_t Relay::lost() const {
    std::uint64_t sum = 0;
    for (const auto& outlet : outlets_) sum += outlet.lost();
    return sum;
}

} // namespace rtpengine::io
