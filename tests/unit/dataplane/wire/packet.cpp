// SPDX-License-Identifier: Apache-2.0
#include "packet.h"

#include <cstring>
#include <numeric>

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>

namespace rtpengine::test {

namespace {

constexpr std::size_t link_size = 14;

// RFC 1071, of big-endian words.
std::uint32_t add(std::uint32_t sum, const std::uint8_t* bytes, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
        sum += i % 2 ? bytes[i] : std::uint32_t{bytes[i]} << 8;
    return sum;
}

std::uint16_t fold(std::uint32_t sum) {
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum);
}

std::uint32_t pseudo_sum(const Address& from, const Address& to, std::size_t size) {
    const auto sum = add(add(0, from.bytes.data(), from.size()), to.bytes.data(), to.size());
    return sum + IPPROTO_UDP + static_cast<std::uint32_t>(size);
}

// Of a UDP datagram with its pseudo header; 0xffff if the checksum in it is right.
std::uint16_t sum_of(const Address& from, const Address& to, const std::uint8_t* udp, std::size_t size) {
    return fold(add(pseudo_sum(from, to, size), udp, size));
}

template <class T> void append(Bytes& to, const T& value) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
    to.insert(to.end(), bytes, bytes + sizeof value);
}

template <class T> T at(const Bytes& bytes, std::size_t offset) {
    T value{};
    if (offset + sizeof value <= bytes.size()) std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

Bytes udp_of(const Packet& packet) {
    udphdr udp{};
    udp.source = htons(packet.from.port);
    udp.dest = htons(packet.to.port);
    udp.len = htons(static_cast<std::uint16_t>(sizeof udp + packet.payload.size()));
    Bytes bytes;
    append(bytes, udp);
    bytes.insert(bytes.end(), packet.payload.begin(), packet.payload.end());
    if (!packet.checksum) return bytes;
    const auto sum = static_cast<std::uint16_t>(
        ~sum_of(packet.from.address, packet.to.address, bytes.data(), bytes.size()));
    udp.check = htons(sum ? sum : 0xffff);
    std::memcpy(bytes.data(), &udp, sizeof udp);
    return bytes;
}

void append_header(Bytes& frame, const Packet& packet, std::size_t size) {
    if (packet.to.address.family == Family::ipv4) {
        iphdr ip{};
        ip.version = 4;
        ip.ihl = 5;
        ip.tos = packet.tos;
        ip.tot_len = htons(static_cast<std::uint16_t>(sizeof ip + size));
        ip.ttl = packet.ttl;
        ip.protocol = IPPROTO_UDP;
        std::memcpy(&ip.saddr, packet.from.address.bytes.data(), 4);
        std::memcpy(&ip.daddr, packet.to.address.bytes.data(), 4);
        ip.check = htons(
            static_cast<std::uint16_t>(~fold(add(0, reinterpret_cast<const std::uint8_t*>(&ip), sizeof ip))));
        return append(frame, ip);
    }
    ip6_hdr ip{};
    ip.ip6_flow = htonl(6u << 28 | std::uint32_t{packet.tos} << 20);
    ip.ip6_plen = htons(static_cast<std::uint16_t>(size));
    ip.ip6_nxt = IPPROTO_UDP;
    ip.ip6_hlim = packet.ttl;
    std::memcpy(&ip.ip6_src, packet.from.address.bytes.data(), 16);
    std::memcpy(&ip.ip6_dst, packet.to.address.bytes.data(), 16);
    append(frame, ip);
}

Address address(const Bytes& frame, std::size_t offset, std::size_t size) {
    return Address::from_bytes({reinterpret_cast<const char*>(frame.data()) + offset, size});
}

// The addresses and the rest of the IP header (the program leaves Ethernet's to the stack); where the UDP
// header begins, or 0.
std::size_t read_header(const Bytes& frame, Packet& packet) {
    if (frame[link_size] >> 4 == 4) {
        const auto ip = at<iphdr>(frame, link_size);
        packet.from.address = address(frame, link_size + 12, 4);
        packet.to.address = address(frame, link_size + 16, 4);
        packet.tos = ip.tos;
        packet.ttl = ip.ttl;
        const bool right = fold(add(0, frame.data() + link_size, sizeof ip)) == 0xffff &&
                           ntohs(ip.tot_len) == frame.size() - link_size && ip.frag_off == 0;
        return right ? link_size + sizeof ip : 0;
    }
    if (frame.size() < link_size + sizeof(ip6_hdr)) return 0;
    const auto ip = at<ip6_hdr>(frame, link_size);
    packet.from.address = address(frame, link_size + 8, 16);
    packet.to.address = address(frame, link_size + 24, 16);
    packet.tos = static_cast<std::uint8_t>(ntohl(ip.ip6_flow) >> 20);
    packet.ttl = ip.ip6_hlim;
    return ntohs(ip.ip6_plen) == frame.size() - link_size - sizeof ip ? link_size + sizeof ip : 0;
}

} // namespace

Bytes rtp_of(std::uint16_t sequence, std::uint32_t ssrc, std::uint8_t type, std::size_t size) {
    Bytes bytes(size);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    bytes[0] = 0x80;
    bytes[1] = type;
    const auto number = htons(sequence);
    const auto source = htonl(ssrc);
    std::memcpy(bytes.data() + 2, &number, 2);
    std::memcpy(bytes.data() + 8, &source, 4);
    return bytes;
}

Bytes frame_of(const Packet& packet) {
    const auto udp = udp_of(packet);
    Bytes frame(link_size - 2);
    append(frame, htons(packet.to.address.family == Family::ipv4 ? 0x0800 : 0x86dd));
    append_header(frame, packet, udp.size());
    frame.insert(frame.end(), udp.begin(), udp.end());
    return frame;
}

std::size_t udp_offset(const Packet& packet) {
    return link_size + (packet.to.address.family == Family::ipv4 ? sizeof(iphdr) : sizeof(ip6_hdr));
}

Bytes partial_frame_of(const Packet& packet) {
    auto frame = frame_of(packet);
    const auto offset = udp_offset(packet);
    const auto pseudo =
        htons(fold(pseudo_sum(packet.from.address, packet.to.address, frame.size() - offset)));
    std::memcpy(frame.data() + offset + offsetof(udphdr, check), &pseudo, sizeof pseudo);
    return frame;
}

std::optional<Packet> read(const Bytes& frame) {
    Packet packet;
    if (frame.size() < link_size + sizeof(iphdr)) return std::nullopt;
    const auto offset = read_header(frame, packet);
    if (!offset || frame.size() < offset + sizeof(udphdr)) return std::nullopt;
    const auto udp = at<udphdr>(frame, offset);
    const auto* bytes = frame.data() + offset;
    packet.from.port = ntohs(udp.source);
    packet.to.port = ntohs(udp.dest);
    packet.checksum = udp.check != 0;
    packet.payload.assign(frame.begin() + static_cast<std::ptrdiff_t>(offset + sizeof udp), frame.end());
    if (ntohs(udp.len) != frame.size() - offset) return std::nullopt;
    if (!packet.checksum)
        return packet.to.address.family == Family::ipv4 ? std::optional(packet) : std::nullopt;
    if (sum_of(packet.from.address, packet.to.address, bytes, frame.size() - offset) != 0xffff)
        return std::nullopt;
    return packet;
}

} // namespace rtpengine::test
