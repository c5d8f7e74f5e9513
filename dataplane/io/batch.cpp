// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/batch.h"

#include <cerrno>

#include <netinet/in.h>
#include <sys/socket.h>

namespace rtpengine::io {

namespace {

constexpr std::size_t cache_line = 64;

struct Datagram {
    ssize_t length;
    sockaddr_in6 source; // or a sockaddr_in
    std::int16_t tos = Packet::tos_not_asked;
};

// IP_RECVTOS comes as one byte, IPV6_RECVTCLASS as an int.
std::int16_t tos_of(msghdr& header) {
    for (auto* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS) return *CMSG_DATA(c);
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_TCLASS)
            return static_cast<std::int16_t>(*reinterpret_cast<const int*>(CMSG_DATA(c)));
    }
    return 0;
}

void read_with_tos(int fd, std::uint8_t* to, std::size_t room, Datagram& datagram) {
    alignas(cmsghdr) std::uint8_t control[64];
    iovec part{to, room};
    msghdr header{};
    header.msg_name = &datagram.source;
    header.msg_namelen = sizeof datagram.source;
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    datagram.length = recvmsg(fd, &header, MSG_DONTWAIT);
    if (datagram.length >= 0) datagram.tos = tos_of(header);
}

void read(int fd, std::uint8_t* to, std::size_t room, Datagram& datagram) {
    socklen_t length = sizeof datagram.source;
    datagram.length =
        recvfrom(fd, to, room, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&datagram.source), &length);
}

} // namespace

Batch::Batch() : memory_(new std::uint8_t[size]) { packets_.reserve(capacity); }

void Batch::clear() {
    packets_.clear();
    used_ = 0;
    full_ = false;
}

Batch::Read Batch::receive(int fd, std::uint32_t slot, bool with_tos) {
    auto* const to = memory_.get() + used_;
    Datagram datagram;
    with_tos ? read_with_tos(fd, to, max_datagram, datagram) : read(fd, to, max_datagram, datagram);
    if (datagram.length < 0) return errno == EAGAIN || errno == EBADF ? Read::nothing : Read::failed;
    const auto length = static_cast<std::size_t>(datagram.length);
    packets_.push_back(
        {slot, datagram.tos, Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(datagram.source)), {to, length}});
    used_ += (length + cache_line - 1) / cache_line * cache_line;
    full_ = used_ + max_datagram > size || packets_.size() == capacity;
    return Read::packet;
}

} // namespace rtpengine::io
