// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace rtpengine::bench {

constexpr std::size_t packet_size = 172;                 // 12 bytes of RTP header, 160 of payload
constexpr std::size_t protected_size = packet_size + 10; // with AES_CM_128_HMAC_SHA1_80's tag

// What this program puts behind the RTP header.
struct Mark {
    std::uint32_t magic;
    std::uint32_t run;
    std::uint32_t stream;
    std::uint32_t unused;
    std::int64_t sent_ns; // CLOCK_REALTIME, as the kernel's receive timestamps
};

constexpr std::size_t header_size = 12;
constexpr std::size_t marked_size = header_size + sizeof(Mark);

// A packet of PCMA whose SSRC is the stream.
void write_packet(std::span<std::uint8_t, packet_size> packet, std::uint16_t sequence, std::uint32_t stream,
                  std::uint32_t run, std::int64_t now_ns);
// nullopt: somebody else's packet. At least marked_size bytes.
std::optional<Mark> mark_of(std::span<const std::uint8_t> packet);
// From the header alone, which nobody encrypts.
std::uint32_t ssrc_of(std::span<const std::uint8_t> packet);

} // namespace rtpengine::bench
