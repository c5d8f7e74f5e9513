// SPDX-License-Identifier: Apache-2.0
#include "wire.h"

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rtpengine::test {

namespace {

// struct virtio_net_hdr; linux/virtio_net.h is no C++.
struct VirtioHeader {
    std::uint8_t flags, gso_type;
    std::uint16_t header_length, gso_size, checksum_start, checksum_offset;
};

// Neighbours are given: nobody would answer.
constexpr auto set_up = R"(set -e
ip link set lo up
ip link add out mtu 1500 type veth peer name there mtu 1500
ip link set there up address 02:00:00:00:00:10
ip link set out up address 02:00:00:00:00:01
ip addr add 192.0.2.1/32 dev lo
ip addr add 2001:db8:1::1/128 dev lo nodad
ip addr add 198.51.100.1/24 dev out
ip addr add 2001:db8:2::1/64 dev out nodad
for n in 198.51.100.10 198.51.100.11 198.51.100.99 203.0.113.77 2001:db8:2::10; do
    ip neigh add $n lladdr 02:00:00:00:00:10 dev out
done
ip route add 203.0.113.0/24 dev out
echo 1 > /proc/sys/net/ipv4/conf/lo/forwarding
echo 1 > /proc/sys/net/ipv6/conf/lo/forwarding
)";

} // namespace

std::string enter_network() {
    if (unshare(CLONE_NEWNET) < 0) return std::string("no network namespace: ") + std::strerror(errno);
    return std::system(set_up) == 0 ? "" : "the network can't be set up";
}

Wire::Wire(int patience_ms)
    : patience_ms_(patience_ms), fd_(socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(ETH_P_ALL))) {
    sockaddr_ll here{};
    here.sll_family = AF_PACKET;
    here.sll_protocol = htons(ETH_P_ALL);
    here.sll_ifindex = static_cast<int>(if_nametoindex("there"));
    REQUIRE(bind(fd_.get(), reinterpret_cast<sockaddr*>(&here), sizeof here) == 0);
}

std::optional<Packet> Wire::next() {
    pollfd readable{fd_.get(), POLLIN, 0};
    while (poll(&readable, 1, patience_ms_) > 0) {
        Bytes frame(2048);
        sockaddr_ll source{};
        socklen_t size = sizeof source;
        const auto length =
            recvfrom(fd_.get(), frame.data(), frame.size(), 0, reinterpret_cast<sockaddr*>(&source), &size);
        if (length < 0 || source.sll_pkttype == PACKET_OUTGOING) continue;
        frame.resize(static_cast<std::size_t>(length));
        link_to_ = frame[5];
        if (const auto packet = read(frame); packet && packet->to.port) return packet;
    }
    return std::nullopt;
}

void Wire::send(const Packet& packet) const {
    auto frame = frame_of(packet);
    frame[0] = 2, frame[5] = 1;
    REQUIRE(write(fd_.get(), frame.data(), frame.size()) == static_cast<ssize_t>(frame.size()));
}

void Wire::send_partial(const Packet& packet) const {
    auto frame = partial_frame_of(packet);
    frame[0] = 2, frame[5] = 1;
    VirtioHeader header{};
    header.flags = 1; // VIRTIO_NET_HDR_F_NEEDS_CSUM
    header.checksum_start = static_cast<std::uint16_t>(udp_offset(packet));
    header.checksum_offset = offsetof(udphdr, check);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&header);
    Bytes message(bytes, bytes + sizeof header);
    message.insert(message.end(), frame.begin(), frame.end());
    const Fd fd(socket(AF_PACKET, SOCK_RAW, 0));
    const int on = 1;
    REQUIRE(setsockopt(fd.get(), SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) == 0);
    sockaddr_ll here{};
    here.sll_family = AF_PACKET;
    here.sll_ifindex = static_cast<int>(if_nametoindex("there"));
    REQUIRE(sendto(fd.get(), message.data(), message.size(), 0, reinterpret_cast<sockaddr*>(&here),
                   sizeof here) == static_cast<ssize_t>(message.size()));
}

void Wire::complete_sums() const {
    ifreq request{};
    std::strcpy(request.ifr_name, "out");
    ethtool_value off{ETHTOOL_STXCSUM, 0};
    request.ifr_data = reinterpret_cast<char*>(&off);
    REQUIRE(ioctl(fd_.get(), SIOCETHTOOL, &request) == 0);
}

} // namespace rtpengine::test
