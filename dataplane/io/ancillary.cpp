// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/ancillary.h"

#include <cstring>

#include <netinet/in.h>

namespace rtpengine::io {

namespace {

// IP_RECVTOS comes as one byte, all others as an int.
std::uint8_t number(const cmsghdr& c) {
    int value;
    std::memcpy(&value, CMSG_DATA(&c), sizeof value);
    return static_cast<std::uint8_t>(value);
}

Endpoint endpoint(const cmsghdr& c) {
    sockaddr_in6 address{}; // or a sockaddr_in
    std::memcpy(&address, CMSG_DATA(&c), c.cmsg_level == IPPROTO_IP ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    return Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(address));
}

void read(const cmsghdr& c, Ancillary& to) {
    const bool v4 = c.cmsg_level == IPPROTO_IP;
    if (!v4 && c.cmsg_level != IPPROTO_IPV6) return;
    if (c.cmsg_type == (v4 ? IP_TOS : IPV6_TCLASS)) to.tos = v4 ? *CMSG_DATA(&c) : number(c);
    if (c.cmsg_type == (v4 ? IP_TTL : IPV6_HOPLIMIT)) to.ttl = number(c);
    if (c.cmsg_type == (v4 ? IP_ORIGDSTADDR : IPV6_ORIGDSTADDR)) to.destination = endpoint(c);
}

} // namespace

Ancillary read_ancillary(const msghdr& header) {
    Ancillary told;
    auto& writable = const_cast<msghdr&>(header); // CMSG_NXTHDR wants it so
    for (auto* c = CMSG_FIRSTHDR(&writable); c; c = CMSG_NXTHDR(&writable, c))
        read(*c, told);
    return told;
}

} // namespace rtpengine::io
