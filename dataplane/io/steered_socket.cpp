// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/steered_socket.h"

#include <algorithm>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>

#include "dataplane/io/ancillary.h"

namespace rtpengine::io {

SteeredSocket::SteeredSocket(Fd fd, Arrivals& arrivals) : fd_(std::move(fd)), arrivals_(arrivals) {
    for (std::size_t i = 0; i < Arrivals::capacity; ++i) {
        arrivals_.parts[i][0] = {arrivals_.shorts[i].bytes, Arrivals::short_size};
        arrivals_.parts[i][1] = {arrivals_.longs[i].bytes + Arrivals::short_size,
                                 Arrivals::max_datagram - Arrivals::short_size};
        auto& header = arrivals_.messages[i].msg_hdr;
        header.msg_name = &arrivals_.sources[i];
        header.msg_iov = arrivals_.parts[i];
        header.msg_iovlen = 2;
        header.msg_control = arrivals_.controls[i].bytes;
        if (arrivals_.messages[i].msg_len) received_ = i + 1; // one in between may be empty
    }
}

void SteeredSocket::clear() {
    for (std::size_t i = 0; i < received_; ++i)
        arrivals_.messages[i].msg_len = 0;
    received_ = 0;
}

void SteeredSocket::receive(std::size_t most) {
    const auto count = std::min(most, Arrivals::capacity);
    for (std::size_t i = 0; i < count; ++i) {
        arrivals_.messages[i].msg_hdr.msg_namelen = sizeof(sockaddr_in6);
        arrivals_.messages[i].msg_hdr.msg_controllen = sizeof(Arrivals::Control);
    }
    const int received = recvmmsg(fd_.get(), arrivals_.messages, static_cast<unsigned>(count), MSG_DONTWAIT, nullptr);
    received_ = received > 0 ? static_cast<std::size_t>(received) : 0;
}

SteeredSocket::Datagram SteeredSocket::datagram(std::size_t i) {
    auto& message = arrivals_.messages[i];
    const auto told = read_ancillary(message.msg_hdr);
    const auto source = Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(arrivals_.sources[i]));
    const std::uint8_t* bytes = arrivals_.shorts[i].bytes;
    if (message.msg_len > Arrivals::short_size) {
        std::memcpy(arrivals_.longs[i].bytes, bytes, Arrivals::short_size);
        bytes = arrivals_.longs[i].bytes;
    }
    return {source, told.destination, told.tos, told.ttl, {bytes, message.msg_len}, &message.msg_len};
}

} // namespace rtpengine::io
