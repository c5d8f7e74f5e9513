// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/reader.h"

#include <cerrno>

#include <netinet/in.h>
#include <sys/socket.h>

#include "dataplane/io/ancillary.h"

namespace rtpengine::io {

namespace {

constexpr std::size_t cache_line = 64;

struct Datagram {
    ssize_t length;
    sockaddr_in6 source; // or a sockaddr_in
    std::int16_t tos = Packet::tos_not_asked;
    std::uint8_t ttl = 0;
};

void read_with_ancillary(int fd, std::uint8_t* to, std::size_t room, Datagram& datagram) {
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
    if (datagram.length < 0) return;
    const auto told = read_ancillary(header);
    datagram.tos = told.tos;
    datagram.ttl = told.ttl;
}

void read_without(int fd, std::uint8_t* to, std::size_t room, Datagram& datagram) {
    socklen_t length = sizeof datagram.source;
    datagram.length =
        recvfrom(fd, to, room, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&datagram.source), &length);
}

} // namespace

Reader::Reader() : memory_(new std::uint8_t[size]) {}

Reader::Read Reader::read(Batch& batch, int fd, std::uint32_t slot, bool with_ancillary) {
    auto* const to = memory_.get() + used_;
    Datagram datagram;
    with_ancillary ? read_with_ancillary(fd, to, max_datagram, datagram) : read_without(fd, to, max_datagram, datagram);
    if (datagram.length < 0) return errno == EAGAIN || errno == EBADF ? Read::nothing : Read::failed;
    const auto length = static_cast<std::size_t>(datagram.length);
    batch.add({slot, datagram.tos, datagram.ttl, Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(datagram.source)),
               {to, length}});
    used_ += (length + cache_line - 1) / cache_line * cache_line;
    return Read::packet;
}

} // namespace rtpengine::io
