// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/batch.h"

#include <algorithm>

#include <netinet/in.h>

namespace rtpengine::io {

namespace {

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

Batch::Batch()
    : places_(new Place[capacity]), spill_(new std::uint8_t[spills * spill_size]), headers_(capacity) {
    packets_.reserve(capacity);
    for (unsigned i = 0; i < capacity; ++i) {
        auto& place = places_[i];
        place.parts[0] = {place.head, head_size};
        place.parts[1] = {spill_.get() + (i % spills) * spill_size, spill_size};
        headers_[i] = {};
        headers_[i].msg_hdr.msg_name = &place.source;
        headers_[i].msg_hdr.msg_iov = place.parts;
        headers_[i].msg_hdr.msg_iovlen = 2;
        headers_[i].msg_hdr.msg_control = place.control;
    }
}

// The kernel writes the lengths that it used over those that it was given.
void Batch::prepare(unsigned place) {
    headers_[place].msg_hdr.msg_namelen = sizeof places_[place].source;
    headers_[place].msg_hdr.msg_controllen = sizeof places_[place].control;
}

void Batch::add(unsigned place, std::uint32_t slot) {
    const auto& from = places_[place];
    const std::size_t size = headers_[place].msg_len, head = std::min(size, head_size);
    const auto* tail = static_cast<const std::uint8_t*>(from.parts[1].iov_base);
    packets_.push_back({slot, tos_of(headers_[place].msg_hdr),
                        Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(from.source)),
                        {from.head, head},
                        {tail, size - head}});
    spilled_ |= size > head;
}

unsigned Batch::receive(int fd, std::uint32_t slot, unsigned limit) {
    const auto first = static_cast<unsigned>(packets_.size());
    // No more than `spills` at once: two of them that spill must not share a buffer.
    const unsigned room = std::min({limit, spills, capacity - first});
    for (unsigned i = first; i < first + room; ++i) prepare(i);
    const int count = recvmmsg(fd, &headers_[first], room, MSG_DONTWAIT, nullptr);
    for (int i = 0; i < count; ++i) add(first + static_cast<unsigned>(i), slot);
    return count < 0 ? 0 : static_cast<unsigned>(count);
}

} // namespace rtpengine::io
