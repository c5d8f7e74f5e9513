// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/batch.h"

#include <algorithm>
#include <cerrno>

namespace rtpengine::io {

namespace {

constexpr std::size_t cache_line = 64;

// IP_RECVTOS comes as one byte, IPV6_RECVTCLASS as an int.
std::uint8_t tos_of(msghdr& header) {
    for (auto* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS) return *CMSG_DATA(c);
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_TCLASS)
            return static_cast<std::uint8_t>(*reinterpret_cast<const int*>(CMSG_DATA(c)));
    }
    return 0;
}

} // namespace

Batch::Batch() : memory_(new std::uint8_t[lanes * lane_size]) {
    packets_.reserve(capacity);
    for (unsigned i = 0; i < lanes; ++i) {
        auto& header = headers_[i].msg_hdr;
        header.msg_name = &lanes_[i].source;
        header.msg_iov = &lanes_[i].part;
        header.msg_iovlen = 1;
        header.msg_control = lanes_[i].control;
    }
    clear();
}

void Batch::clear() {
    packets_.clear();
    full_ = false;
    for (unsigned i = 0; i < lanes; ++i)
        lanes_[i].next = memory_.get() + i * lane_size;
}

// The kernel writes the lengths that it used over those that it was given.
void Batch::prepare(unsigned lane) {
    headers_[lane].msg_hdr.msg_namelen = sizeof lanes_[lane].source;
    headers_[lane].msg_hdr.msg_controllen = sizeof lanes_[lane].control;
    lanes_[lane].part = {lanes_[lane].next, max_datagram};
}

void Batch::add(unsigned lane, std::uint32_t slot) {
    auto& from = lanes_[lane];
    const std::size_t size = headers_[lane].msg_len;
    packets_.push_back({slot,
                        tos_of(headers_[lane].msg_hdr),
                        Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(from.source)),
                        {from.next, size}});
    from.next += (size + cache_line - 1) / cache_line * cache_line;
    const auto used = static_cast<std::size_t>(from.next - (memory_.get() + lane * lane_size));
    full_ |= used + max_datagram > lane_size || packets_.size() == capacity;
}

bool Batch::receive(int fd, std::uint32_t slot) {
    const auto room = std::min(lanes, capacity - static_cast<unsigned>(packets_.size()));
    for (unsigned i = 0; i < room; ++i)
        prepare(i);
    const int count = recvmmsg(fd, headers_.data(), room, MSG_DONTWAIT, nullptr);
    for (int i = 0; i < count; ++i)
        add(static_cast<unsigned>(i), slot);
    // An error of the socket is told once and hides what waits behind it.
    if (count < 0) return errno == EAGAIN || errno == EBADF;
    return count < static_cast<int>(room);
}

} // namespace rtpengine::io
