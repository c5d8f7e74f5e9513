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
        return set(fd, IPPROTO_IP, IP_RECVTOS, 1) && set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
    return set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) && set(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1) &&
           set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
}

// So that a port opens, and serves, while its address is away: an address that moves between hosts, a link that is down.
bool allow_absent(int fd, Family family) {
    return family == Family::ipv4 ? set(fd, IPPROTO_IP, IP_FREEBIND, 1) : set(fd, IPPROTO_IPV6, IPV6_FREEBIND, 1);
}

// Others' passes are in the same cell as ours once in a thousand times, for a moment.
int bind_with_pass(int fd, const sockaddr_storage& address, socklen_t length, PortTable* table) {
    const auto* to = reinterpret_cast<const sockaddr*>(&address);
    std::uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    if (!table || getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) < 0) return bind(fd, to, length);
    int done = -1;
    for (int attempt = 0; attempt < 5 && done < 0 && (!attempt || errno == EPERM); ++attempt) {
        table->lay_pass(cookie);
        done = bind(fd, to, length);
    }
    const int code = errno;
    table->take_pass(cookie);
    errno = code;
    return done;
}

// `plain`: without further options, which are not needed to find out whether a port is free.
Result<Fd> bound(const Endpoint& local, bool plain, PortTable* table) {
    sockaddr_storage address;
    const auto length = local.to_sockaddr(address);
    if (!length) return Error{"no local address", EINVAL};
    Fd fd(socket(address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP));
    if (!fd) return failed("open a socket for", local);
    if (!allow_absent(fd.get(), local.address.family)) return failed("set options for", local);
    if (!plain && !set_options(fd.get(), local.address.family)) return failed("set options for", local);
    if (bind_with_pass(fd.get(), address, length, table) < 0) return failed("bind", local);
    return fd;
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

int send_udp(int fd, const Endpoint& to, std::uint8_t tos, std::span<const std::uint8_t> payload) {
    sockaddr_storage address;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
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
    header->cmsg_level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
    header->cmsg_type = v4 ? IP_TOS : IPV6_TCLASS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    const int value = tos;
    std::memcpy(CMSG_DATA(header), &value, sizeof value);
    return sendmsg(fd, &message, MSG_DONTWAIT) < 0 ? errno : 0;
}

} // namespace rtpengine::io
