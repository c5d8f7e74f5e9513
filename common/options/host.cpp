// SPDX-License-Identifier: Apache-2.0
#include "common/options/host.h"

#include <algorithm>
#include <memory>

#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"

namespace rtpengine::options {

std::vector<Address> ThisHost::lookup(const std::string& name) const {
    addrinfo hints{}, *raw = nullptr;
    hints.ai_socktype = SOCK_DGRAM;
    if (getaddrinfo(name.c_str(), nullptr, &hints, &raw) != 0) return {};
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> results(raw, freeaddrinfo);
    std::vector<Address> found;
    for (const auto* entry = raw; entry; entry = entry->ai_next) {
        const auto address = Address::from_sockaddr(*entry->ai_addr);
        if (address.known() && std::find(found.begin(), found.end(), address) == found.end())
            found.push_back(address);
    }
    return found;
}

std::vector<SystemAddress> ThisHost::interfaces() const {
    ifaddrs* raw = nullptr;
    if (getifaddrs(&raw) < 0) return {};
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> list(raw, freeifaddrs);
    std::vector<SystemAddress> found;
    for (const auto* entry = raw; entry; entry = entry->ifa_next) {
        SystemAddress one{.interface = entry->ifa_name,
                          .address = entry->ifa_addr ? Address::from_sockaddr(*entry->ifa_addr) : Address{},
                          .up = (entry->ifa_flags & IFF_UP) != 0,
                          .loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0};
        if (one.address.family == Family::ipv6)
            one.link_local = reinterpret_cast<const sockaddr_in6&>(*entry->ifa_addr).sin6_scope_id != 0;
        found.push_back(std::move(one));
    }
    return found;
}

bool ThisHost::user_exists(const std::string& name) const {
    return getpwnam(name.c_str()) != nullptr;
}
bool ThisHost::is_root() const {
    return geteuid() == 0;
}

Result<std::string> ThisHost::contents(const std::string& path) const {
    constexpr std::size_t most = 1 << 20;
    const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)); // of a pipe nobody may ever write to
    struct stat status {};
    if (!fd || fstat(fd.get(), &status) != 0) return cannot("read " + path);
    if (!S_ISREG(status.st_mode)) return Error{"cannot read " + path + ": it is no regular file", EINVAL};
    std::string text(most + 1, '\0');
    const auto length = read(fd.get(), text.data(), text.size());
    if (length < 0) return cannot("read " + path);
    if (static_cast<std::size_t>(length) > most) return Error{"cannot read " + path + ": it is larger than a megabyte", EFBIG};
    text.resize(static_cast<std::size_t>(length));
    return text;
}

} // namespace rtpengine::options
