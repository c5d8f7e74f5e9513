// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/udp_socket.h"

#include <cerrno>
#include <cstring>

#include <linux/sock_diag.h>
#include <netinet/in.h>

namespace rtpengine::io {

namespace {

Error failed(const char* what, const Endpoint& local) {
    const int code = errno;
    return {std::string("cannot ") + what + " UDP " + local.str() + ": " + std::strerror(code), code};
}

bool set(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

bool set_options(int fd, Family family) {
    if (family == Family::ipv4)
        return set(fd, IPPROTO_IP, IP_RECVTOS, 1) && set(fd, IPPROTO_IP, IP_RECVTTL, 1) &&
                set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
    return set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) && set(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1) &&
           set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) && set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
}

// So that a port opens, and serves, while its address is away: an address that moves between hosts, a link that is down.
bool allow_absent(int fd, Family family) {
    return family == Family::ipv4 ? set(fd, IPPROTO_IP, IP_FREEBIND, 1) : set(fd, IPPROTO_IPV6, IPV6_FREEBIND, 1);
}

// Lies in the table while a socket is bound. Where another one's lies, another socket is tried: its place is another one. What lies
// in all of their places was left by workers that were killed, and is replaced.
class Pass {
  public:
    static constexpr int max_sockets = 8;

    // `table` null: none is needed. `last`: of those that are tried.
    Pass(PortTable* table, int fd, bool last) : table_(table) {
        socklen_t size = sizeof cookie_;
        if (table_ && getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie_, &size) < 0) table_ = nullptr;
        lies_ = !table_ || table_->lay_pass(cookie_);
        if (lies_ || !last) return;
        table_->replace_pass(cookie_);
        lies_ = true;
    }
    ~Pass() {
        if (table_ && lies_) table_->take_pass(cookie_);
    }
    Pass(const Pass&) = delete;
    bool lies() const { return lies_; }

  private:
    PortTable* table_;
    std::uint64_t cookie_ = 0;
    bool lies_;
};

// `plain`: without further options, which are not needed to find out whether a port is free.
Result<Fd> unbound(const Endpoint& local, bool plain) {
    Fd fd(socket(local.address.family == Family::ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP));
    if (!fd) return failed("open a socket for", local);
    if (!allow_absent(fd.get(), local.address.family)) return failed("set options for", local);
    if (!plain && !set_options(fd.get(), local.address.family)) return failed("set options for", local);
    return fd;
}

Result<Fd> bound(const Endpoint& local, bool plain, PortTable* table) {
    sockaddr_storage address;
    const auto length = local.to_sockaddr(address);
    if (!length) return Error{"no local address", EINVAL};
    for (int number = 1;; ++number) {
        auto fd = unbound(local, plain);
        if (!fd) return fd;
        const Pass pass(table, fd->get(), number == Pass::max_sockets);
        if (!pass.lies()) continue;
        if (bind(fd->get(), reinterpret_cast<const sockaddr*>(&address), length) < 0) return failed("bind", local);
        return fd;
    }
}

} // namespace

Result<Fd> open_udp(const Endpoint& local, PortTable* table) { return bound(local, false, table); }

Status try_udp(const Endpoint& local, PortTable* table) {
    const auto tried = bound(local, true, table);
    return tried ? Status{} : Status{tried.error()};
}

std::uint64_t socket_overruns(int fd) {
    std::uint32_t memory[SK_MEMINFO_VARS] = {};
    socklen_t length = sizeof memory;
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &length) < 0) return 0;
    return memory[SK_MEMINFO_DROPS];
}

int send_udp(int fd, const Endpoint& to, Marking marking, std::span<const std::uint8_t> payload) {
    sockaddr_storage address;
    alignas(cmsghdr) char control[2 * CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_name = &address;
    message.msg_namelen = to.to_sockaddr(address);
    iovec part{const_cast<std::uint8_t*>(payload.data()), payload.size()};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const bool v4 = to.address.family == Family::ipv4;
    auto* header = CMSG_FIRSTHDR(&message);
    const auto say = [&](int type, int value) {
        header->cmsg_level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
        header->cmsg_type = type;
        header->cmsg_len = CMSG_LEN(sizeof value);
        std::memcpy(CMSG_DATA(header), &value, sizeof value);
        header = CMSG_NXTHDR(&message, header);
    };
    say(v4 ? IP_TOS : IPV6_TCLASS, marking.tos);
    say(v4 ? IP_TTL : IPV6_HOPLIMIT, marking.ttl);
    return sendmsg(fd, &message, MSG_DONTWAIT) < 0 ? errno : 0;
}

} // namespace rtpengine::io
