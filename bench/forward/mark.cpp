// SPDX-License-Identifier: Apache-2.0
#include "bench/forward/mark.h"

#include <arpa/inet.h>
#include <cstring>

namespace rtpengine::bench {
namespace {

constexpr std::uint32_t magic = 0x62656e63; // "benc"

} // namespace

void write_packet(std::span<std::uint8_t, packet_size> packet, std::uint16_t sequence, std::uint32_t stream,
                  std::uint32_t run, std::int64_t now_ns) {
    const std::uint16_t number = htons(sequence);
    const std::uint32_t timestamp = htonl((sequence + 1U) * 160U);
    const std::uint32_t ssrc = htonl(stream);
    packet[0] = 0x80;
    packet[1] = 8; // PCMA
    std::memcpy(&packet[2], &number, 2);
    std::memcpy(&packet[4], &timestamp, 4);
    std::memcpy(&packet[8], &ssrc, 4);
    const Mark mark{magic, run, stream, 0, now_ns};
    std::memcpy(&packet[header_size], &mark, sizeof mark);
}

std::optional<Mark> mark_of(std::span<const std::uint8_t> packet) {
    Mark mark{};
    std::memcpy(&mark, &packet[header_size], sizeof mark);
    return mark.magic == magic ? std::optional(mark) : std::nullopt;
}

std::uint32_t ssrc_of(std::span<const std::uint8_t> packet) {
    std::uint32_t ssrc = 0;
    std::memcpy(&ssrc, &packet[8], 4);
    return ntohl(ssrc);
}

} // namespace rtpengine::bench
