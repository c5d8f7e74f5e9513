// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/socket.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <netinet/in.h>
#include <sys/socket.h>

namespace rtpengine::supervisor::bpf {

namespace {

// The dummy address of RFC 7600 and one of the discard-only prefix of RFC 6666. A socket must be bound to be steered
// to, but a port of a real address would be taken away from others.
constexpr std::string_view nowhere_v4 = "192.0.0.8", nowhere_v6 = "100::8";

Error failed(const char* what, Family family) {
    const int code = errno;
    return {std::string("cannot ") + what + " an IPv" + (family == Family::ipv4 ? "4" : "6") +
                " socket for media: " + std::strerror(code),
            code};
}

bool set(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

bool set_options(int fd, Family family) {
    if (family == Family::ipv4)
        return set(fd, IPPROTO_IP, IP_FREEBIND, 1) && set(fd, IPPROTO_IP, IP_RECVORIGDSTADDR, 1) &&
               set(fd, IPPROTO_IP, IP_RECVTOS, 1) && set(fd, IPPROTO_IP, IP_RECVTTL, 1);
    return set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) && set(fd, IPPROTO_IPV6, IPV6_FREEBIND, 1) &&
           set(fd, IPPROTO_IPV6, IPV6_RECVORIGDSTADDR, 1) && set(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1) &&
           set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
}

// The first form may go beyond net.core.rmem_max, but wants CAP_NET_ADMIN.
void set_buffer(int fd) {
    if (!set(fd, SOL_SOCKET, SO_RCVBUFFORCE, steered_buffer)) (void)set(fd, SOL_SOCKET, SO_RCVBUF, steered_buffer);
}

} // namespace

Result<Fd> open_steered(Family family) {
    Fd fd(socket(address_family(family), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP));
    if (!fd) return failed("open", family);
    if (!set_options(fd.get(), family)) return failed("set options of", family);
    set_buffer(fd.get());
    sockaddr_storage address;
    const Endpoint nowhere{*Address::parse(family == Family::ipv4 ? nowhere_v4 : nowhere_v6), 0};
    const auto length = nowhere.to_sockaddr(address);
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) < 0) return failed("bind", family);
    return fd;
}

} // namespace rtpengine::supervisor::bpf
