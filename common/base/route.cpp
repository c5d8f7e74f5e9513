// SPDX-License-Identifier: Apache-2.0
#include "common/base/route.h"

#include "common/base/fd.h"

namespace rtpengine {

// A datagram socket that is connected has been routed, and has sent nothing.
std::optional<Address> source_towards(const Address& peer) {
    constexpr std::uint16_t any_port = 9;
    const Fd socket(::socket(address_family(peer.family), SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_storage storage{};
    auto& address = reinterpret_cast<sockaddr&>(storage);
    const auto length = Endpoint{peer, any_port}.to_sockaddr(storage);
    if (!socket || !length || ::connect(socket.get(), &address, length)) return std::nullopt;
    socklen_t room = sizeof storage;
    if (::getsockname(socket.get(), &address, &room)) return std::nullopt;
    return Address::from_sockaddr(address);
}

} // namespace rtpengine
