// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/headers.h"

#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace rtpengine::io {

namespace {


void put16(std::uint8_t* to, std::size_t value) {
    to[0] = static_cast<std::uint8_t>(value >> 8);
    to[1] = static_cast<std::uint8_t>(value);
}

void write_ipv4(std::uint8_t* p, const Endpoint& from, const Endpoint& to, Marking marking,
                std::uint16_t identification, std::size_t udp_size) {
    std::memset(p, 0, 20);
    p[0] = 0x45;
    p[1] = marking.tos;
    put16(p + 2, 20 + udp_size);
    put16(p + 4, identification);
    p[8] = marking.ttl;
    p[9] = IPPROTO_UDP;
    std::memcpy(p + 12, from.address.bytes.data(), 4);
    std::memcpy(p + 16, to.address.bytes.data(), 4);
}

void write_ipv6(std::uint8_t* p, const Endpoint& from, const Endpoint& to, Marking marking,
                std::size_t udp_size) {
    p[0] = static_cast<std::uint8_t>(0x60 | marking.tos >> 4);
    p[1] = static_cast<std::uint8_t>(marking.tos << 4);
    p[2] = p[3] = 0;
    put16(p + 4, udp_size);
    p[6] = IPPROTO_UDP;
    p[7] = marking.ttl;
    std::memcpy(p + 8, from.address.bytes.data(), 16);
    std::memcpy(p + 24, to.address.bytes.data(), 16);
}

} // namespace

// Eight bytes at a time in the CPU's own order: the sum is the same in either (RFC 1071 section 2).
std::uint64_t checksum_add(std::uint64_t sum, std::span<const std::uint8_t> bytes) {
    const auto* p = bytes.data();
    auto left = bytes.size();
    for (; left >= 8; p += 8, left -= 8) {
        std::uint64_t word;
        std::memcpy(&word, p, 8);
        sum += word;
        sum += sum < word; // end-around carry
    }
    if (left) {
        std::uint64_t word = 0;
        std::memcpy(&word, p, left);
        sum += word;
        sum += sum < word;
    }
    return sum;
}

std::uint16_t checksum_fold(std::uint64_t sum) {
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return ntohs(static_cast<std::uint16_t>(sum));
}

std::size_t write_headers(std::uint8_t* out, const Endpoint& from, const Endpoint& to, Marking marking,
                          std::uint16_t identification, std::span<const std::uint8_t> payload) {
    const bool v4 = from.address.family == Family::ipv4;
    const auto udp_size = 8 + payload.size();
    auto* udp = out + (v4 ? 20 : 40);
    v4 ? write_ipv4(out, from, to, marking, identification, udp_size) : write_ipv6(out, from, to, marking, udp_size);
    put16(udp, from.port);
    put16(udp + 2, to.port);
    put16(udp + 4, udp_size);
    put16(udp + 6, 0);
    // Pseudo header (RFC 768, RFC 8200 section 8.1): both addresses lie side by side in front of the UDP
    // header.
    const std::uint8_t trailer[4] = {0, IPPROTO_UDP, static_cast<std::uint8_t>(udp_size >> 8),
                                     static_cast<std::uint8_t>(udp_size)};
    const auto addresses = v4 ? std::size_t{8} : std::size_t{32};
    auto sum = checksum_add(0, {udp - addresses, addresses + 8});
    sum = checksum_add(checksum_add(sum, trailer), payload);
    const auto checksum = static_cast<std::uint16_t>(~checksum_fold(sum));
    put16(udp + 6, checksum ? checksum : 0xffff); // 0 would say: none
    return static_cast<std::size_t>(udp + 8 - out);
}

} // namespace rtpengine::io
