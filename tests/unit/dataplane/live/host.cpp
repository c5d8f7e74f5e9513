// SPDX-License-Identifier: Apache-2.0
#include "host.h"

#include <cstdlib>
#include <cstring>

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

namespace rtpengine::live {

bool enter_namespace() {
    static const bool done = [] {
        if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) return false;
        return std::system("ip link set lo mtu 1500 up && ip addr add 2001:db8::1/128 dev lo nodad && "
                           "ip addr add 2001:db8::2/128 dev lo nodad") == 0;
    }();
    return done;
}

Peer::Peer(const std::string& local) : local_(Endpoint::parse(local).value()) {
    sockaddr_storage address;
    const auto length = local_.to_sockaddr(address);
    fd_.reset(socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    if (address.ss_family == AF_INET)
        setsockopt(fd_.get(), IPPROTO_IP, IP_RECVTOS, &on, sizeof on);
    else
        setsockopt(fd_.get(), IPPROTO_IPV6, IPV6_RECVTCLASS, &on, sizeof on);
    INFO("bind ", local, ": ", std::strerror(errno));
    REQUIRE(bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
}

void Peer::send(const std::string& to, const Bytes& bytes, int tos) const {
    sockaddr_storage address;
    const auto length = Endpoint::parse(to).value().to_sockaddr(address);
    if (address.ss_family == AF_INET)
        setsockopt(fd_.get(), IPPROTO_IP, IP_TOS, &tos, sizeof tos);
    else
        setsockopt(fd_.get(), IPPROTO_IPV6, IPV6_TCLASS, &tos, sizeof tos);
    REQUIRE(sendto(fd_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&address), length) ==
            static_cast<ssize_t>(bytes.size()));
}

std::optional<Received> Peer::receive(int wait_ms) const {
    pollfd readable{fd_.get(), POLLIN, 0};
    if (poll(&readable, 1, wait_ms) <= 0) return std::nullopt;
    Received received;
    received.bytes.resize(65536);
    sockaddr_storage source;
    alignas(cmsghdr) char control[64];
    iovec part{received.bytes.data(), received.bytes.size()};
    msghdr message{&source, sizeof source, &part, 1, control, sizeof control, 0};
    const auto size = recvmsg(fd_.get(), &message, 0);
    REQUIRE(size >= 0);
    received.bytes.resize(static_cast<std::size_t>(size));
    received.from = Endpoint::from_sockaddr(reinterpret_cast<sockaddr&>(source));
    for (auto* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
        received.tos = *CMSG_DATA(c);
    return received;
}

Bytes rtp(std::uint16_t sequence, std::uint32_t ssrc, std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 12; i < size; ++i)
        bytes[i] = static_cast<std::uint8_t>(i * 7);
    bytes[0] = 0x80;
    bytes[2] = static_cast<std::uint8_t>(sequence >> 8);
    bytes[3] = static_cast<std::uint8_t>(sequence);
    for (unsigned i = 0; i < 4; ++i)
        bytes[8 + i] = static_cast<std::uint8_t>(ssrc >> (24 - 8 * i));
    return bytes;
}

Bytes rtcp() {
    return {0x80, 201, 0, 1, 1, 2, 3, 4};
}

} // namespace rtpengine::live
