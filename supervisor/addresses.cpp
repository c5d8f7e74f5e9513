// SPDX-License-Identifier: Apache-2.0
#include "supervisor/addresses.h"

#include <cerrno>

#include <sys/socket.h>

#include "common/base/fd.h"

namespace rtpengine::supervisor {

std::vector<Addresses::Change> Addresses::look(const std::map<Address, std::string>& users, const Has& has) {
    std::vector<Change> changes;
    std::erase_if(away_, [&](const Address& address) { return !users.contains(address); });
    for (const auto& [address, user] : users) {
        const bool there = has(address);
        if (there == !away_.contains(address)) continue;
        changes.push_back({address, user, there});
        there ? (void)away_.erase(address) : (void)away_.insert(address);
    }
    return changes;
}

std::vector<std::string> Addresses::away() const {
    std::vector<std::string> text;
    for (const auto& address : away_)
        text.push_back(address.str());
    return text;
}

bool host_has(const Address& address) {
    const Fd fd(socket(address_family(address.family), SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_storage local;
    const auto length = Endpoint{address, 0}.to_sockaddr(local);
    return !fd || bind(fd.get(), reinterpret_cast<const sockaddr*>(&local), length) == 0 || errno != EADDRNOTAVAIL;
}

} // namespace rtpengine::supervisor
