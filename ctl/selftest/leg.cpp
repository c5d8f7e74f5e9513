// SPDX-License-Identifier: Apache-2.0
#include "ctl/selftest/leg.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>

namespace rtpengine::ctl {

namespace {

constexpr std::size_t header_size = 12, payload_size = 160; // 20 ms of PCMU

// What the payload begins with. The header may be rewritten on the way, the payload may not.
struct Mark {
    std::uint64_t magic, index, sent_ns;
    std::uint32_t ssrc, pad;
};
constexpr std::uint64_t magic = 0x7274'7065'7465'7374;
static_assert(sizeof(Mark) <= payload_size);

using Packet = std::array<unsigned char, header_size + payload_size>;

std::uint64_t now_ns() {
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() /
                                      std::chrono::nanoseconds(1));
}

Packet make_packet(std::uint64_t index, std::uint32_t ssrc) {
    Packet packet;
    packet.fill(0xd5); // silence
    const std::uint16_t sequence = htons(static_cast<std::uint16_t>(index));
    const std::uint32_t timestamp = htonl(static_cast<std::uint32_t>(index * payload_size)),
                        source = htonl(ssrc);
    packet[0] = 0x80; // version 2 (RFC 3550 section 5.1)
    packet[1] = 0;    // PCMU
    std::memcpy(&packet[2], &sequence, sizeof sequence);
    std::memcpy(&packet[4], &timestamp, sizeof timestamp);
    std::memcpy(&packet[8], &source, sizeof source);
    const Mark mark{magic, index, now_ns(), ssrc, 0};
    std::memcpy(&packet[header_size], &mark, sizeof mark);
    return packet;
}

} // namespace

Result<Leg> Leg::open(const Address& local, std::uint32_t ssrc) {
    Fd fd(::socket(address_family(local.family), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_storage storage;
    auto length = Endpoint{local, 0}.to_sockaddr(storage);
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    if (!fd || ::bind(fd.get(), address, length) < 0)
        return Error{"cannot open a media port on " + local.str() + ": " + std::strerror(errno), errno};
    length = sizeof storage;
    if (::getsockname(fd.get(), address, &length) < 0) return Error{std::strerror(errno), errno};
    return Leg(std::move(fd), Endpoint::from_sockaddr(*address), ssrc);
}

std::string Leg::sdp() const {
    const auto address =
        fmt::format("IN {} {}", local_.address.family == Family::ipv6 ? "IP6" : "IP4", local_.address.str());
    return fmt::format("v=0\r\no=selftest {0} 1 {1}\r\ns=selftest\r\nc={1}\r\nt=0 0\r\n"
                       "m=audio {2} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\na=ptime:20\r\n",
                       ssrc_, address, local_.port);
}

void Leg::send(Tally& tally) {
    const auto packet = make_packet(tally.sent_count(), ssrc_);
    tally.sent();
    sockaddr_storage to;
    const auto length = target_.to_sockaddr(to);
    // What the kernel refuses was not received, and counts as lost.
    (void)!::sendto(fd_.get(), packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                    length);
}

void Leg::receive(Tally& tally, std::uint32_t ssrc) {
    std::array<unsigned char, 2048> buffer;
    for (;;) {
        const auto length = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (length < 0 && errno == ECONNREFUSED) continue; // of an earlier packet
        if (length < 0) return;
        const auto arrived = now_ns();
        Mark mark{};
        if (static_cast<std::size_t>(length) == header_size + payload_size)
            std::memcpy(&mark, &buffer[header_size], sizeof mark);
        if (mark.magic != magic || mark.ssrc != ssrc || mark.sent_ns > arrived)
            tally.strange();
        else
            tally.received(mark.index, std::chrono::nanoseconds(arrived - mark.sent_ns));
    }
}

} // namespace rtpengine::ctl
