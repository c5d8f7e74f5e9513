// SPDX-License-Identifier: Apache-2.0
#include "supervisor/sockets.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include <sys/socket.h>

#include "common/base/endpoint.h"
#include "common/base/log.h"
#include "common/options/instance.h"

namespace rtpengine::supervisor {

namespace {

constexpr int receive_buffer = 4 << 20; // bytes; what waits there while control restarts

Endpoint endpoint(const link::Endpoint& from) {
    return {Address::from_bytes(from.address()), static_cast<std::uint16_t>(from.port())};
}

const char* advice(int code) {
    switch (code) {
    case EADDRINUSE: return "another program has this port: stop it, or choose another port";
    case EADDRNOTAVAIL: return "this address is not on this host: correct it, or add the address first";
    case EACCES: return "ports below 1024 need root or CAP_NET_BIND_SERVICE: choose a higher port";
    case EAFNOSUPPORT: return "this host has no IPv6: choose an IPv4 address";
    case EMFILE: return "too many open files: raise the limit (ulimit -n, LimitNOFILE=)";
    default: return "";
    }
}

Error failed(const std::string& what, int code) {
    const std::string why = advice(code);
    return {what + ": " + std::strerror(code) + (why.empty() ? "" : "; " + why), code};
}

void enable(int fd, int level, int option) {
    const int on = 1;
    (void)setsockopt(fd, level, option, &on, sizeof on);
}

void set_receive_buffer(int fd) {
    // The first form may go beyond net.core.rmem_max, but wants CAP_NET_ADMIN.
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer) == 0) return;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
}

Result<Fd> bound_socket(const Endpoint& local, const std::string& what) {
    Fd fd(socket(address_family(local.address.family), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return failed(what, errno);
    if (local.address.family == Family::ipv6) enable(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY);
    sockaddr_storage address;
    const auto length = local.to_sockaddr(address);
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) < 0) return failed(what, errno);
    return fd;
}

// Whoever comes while the edge process is away waits in the queue.
Result<Fd> tcp_listener(const Endpoint& local, const std::string& option) {
    constexpr int queue = 4096; // net.core.somaxconn may be lower
    const auto what = "cannot listen for clients (" + option + ") on " + local.str() + " (TCP)";
    Fd fd(socket(address_family(local.address.family), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return failed(what, errno);
    if (local.address.family == Family::ipv6) enable(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY);
    enable(fd.get(), SOL_SOCKET, SO_REUSEADDR);
    sockaddr_storage address;
    const auto length = local.to_sockaddr(address);
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) < 0) return failed(what, errno);
    if (listen(fd.get(), queue) < 0) return failed(what, errno);
    return fd;
}

Result<Fd> udp_listener(const Endpoint& local) {
    auto fd = bound_socket(local, "cannot listen for NG (listen-ng) on " + local.str() + " (UDP)");
    if (!fd) return fd;
    set_receive_buffer(fd->get());
    // The reply leaves from the address that the request came to, also on a wildcard socket.
    if (local.address.family == Family::ipv6)
        enable(fd->get(), IPPROTO_IPV6, IPV6_RECVPKTINFO);
    else
        enable(fd->get(), IPPROTO_IP, IP_PKTINFO);
    return fd;
}

Result<Fd> listener_socket(const link::NgListener& listener) {
    const auto local = endpoint(listener.local());
    return listener.transport() == link::UDP_NG ? udp_listener(local) : tcp_listener(local, options::option_of(listener.transport()));
}

// A port given alone wants both families; there is IPv4 then.
bool optional(const google::protobuf::RepeatedPtrField<link::NgListener>& all, const link::NgListener& listener) {
    const auto local = endpoint(listener.local());
    if (local.address != Address::unspecified(Family::ipv6)) return false;
    const Endpoint twin{Address::unspecified(Family::ipv4), local.port};
    return std::any_of(all.begin(), all.end(),
                       [&](const auto& other) { return other.transport() == listener.transport() && endpoint(other.local()) == twin; });
}

} // namespace

Result<std::vector<Fd>> bind_listeners(link::InstanceConfig& instance) {
    std::vector<Fd> sockets;
    auto wanted = instance.listeners();
    instance.clear_listeners();
    for (auto& listener : wanted) {
        const auto local = endpoint(listener.local());
        if (listener.fd() > 0) {
            *instance.add_listeners() = listener;
            continue;
        }
        auto fd = listener_socket(listener);
        if (!fd && fd.error().code == EAFNOSUPPORT && optional(wanted, listener)) {
            log::warning("no IPv6 on this host: not listening on {}", local.str());
            continue;
        }
        if (!fd) return fd.error();
        listener.set_fd(fd->get());
        *instance.add_listeners() = listener;
        sockets.push_back(*std::move(fd));
    }
    return sockets;
}

Status check_media_addresses(const link::InstanceConfig& instance) {
    for (const auto& interface : instance.interfaces())
        for (const auto& local : interface.addresses()) {
            const Endpoint any_port{Address::from_bytes(local.address()), 0};
            const auto what =
                "cannot use media address " + any_port.address.str() + " of interface " + interface.name();
            if (auto probe = bound_socket(any_port, what); !probe) return probe.error();
        }
    return {};
}

} // namespace rtpengine::supervisor
