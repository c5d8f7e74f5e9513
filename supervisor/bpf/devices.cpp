// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/devices.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <set>

#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace rtpengine::supervisor::bpf {

namespace {

constexpr unsigned arphrd_rawip = 519; // glibc's header is older

struct Free {
    void operator()(ifaddrs* list) const { freeifaddrs(list); }
};

// An IPv4 address may have a label, "eth0:1".
std::string device_name(const ifaddrs& entry) {
    const std::string label(entry.ifa_name);
    return label.substr(0, label.find(':'));
}

// nullopt: it has gone meanwhile.
std::optional<Device> device_of(const std::string& name) {
    const Fd any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    name.copy(request.ifr_name, sizeof request.ifr_name - 1);
    if (!any || ioctl(any.get(), SIOCGIFHWADDR, &request) < 0) return std::nullopt;
    const auto header = header_of(request.ifr_hwaddr.sa_family);
    if (ioctl(any.get(), SIOCGIFINDEX, &request) < 0) return std::nullopt;
    return Device{request.ifr_ifindex, name, header};
}

} // namespace

LinkHeader header_of(unsigned type) {
    switch (type) {
    case ARPHRD_ETHER:
    case ARPHRD_LOOPBACK: return LinkHeader::ethernet;
    case ARPHRD_NONE:
    case ARPHRD_PPP:
    case ARPHRD_TUNNEL:
    case ARPHRD_TUNNEL6:
    case ARPHRD_SIT:
    case arphrd_rawip: return LinkHeader::none;
    default: return LinkHeader::other;
    }
}

Result<std::vector<Device>> devices_with(const std::vector<Address>& addresses) {
    ifaddrs* first = nullptr;
    if (getifaddrs(&first) < 0) {
        const int code = errno;
        return Error{std::string("cannot list this host's interfaces: ") + std::strerror(code), code};
    }
    const std::unique_ptr<ifaddrs, Free> list(first);
    std::set<std::string> names;
    for (const auto* entry = list.get(); entry; entry = entry->ifa_next) {
        if (!entry->ifa_addr) continue;
        const auto address = Address::from_sockaddr(*entry->ifa_addr);
        if (address.known() && std::find(addresses.begin(), addresses.end(), address) != addresses.end())
            names.insert(device_name(*entry));
    }
    std::vector<Device> devices;
    for (const auto& name : names)
        if (auto device = device_of(name)) devices.push_back(*std::move(device));
    return devices;
}

Result<Fd> open_netlink(int protocol, std::uint32_t groups, int flags, const char* what) {
    Fd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, protocol));
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    if (!fd || bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
        const int code = errno;
        return Error{std::string("cannot ") + what + ": " + std::strerror(code), code};
    }
    return fd;
}

Result<Fd> open_device_events() {
    return open_netlink(NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR, SOCK_NONBLOCK,
                        "follow the changes of interfaces");
}

void take_events(const Fd& events) {
    std::array<char, 8192> ignored;
    for (;;) // ENOBUFS: some were lost, others follow
        if (recv(events.get(), ignored.data(), ignored.size(), 0) < 0 && errno != ENOBUFS && errno != EINTR)
            return;
}

} // namespace rtpengine::supervisor::bpf
