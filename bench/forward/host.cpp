// SPDX-License-Identifier: Apache-2.0
#include "bench/forward/host.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <memory>
#include <netinet/ip.h>

namespace rtpengine::bench {
namespace {

constexpr std::uint32_t magic = 0x62656e63; // "benc": ours, not somebody else's packet
constexpr int buffer_bytes = 32 << 20;

// What this program puts behind the RTP header.
struct Mark {
    std::uint32_t magic;
    std::uint32_t run;
    std::uint32_t stream;
    std::uint32_t unused;
    std::int64_t sent_ns; // CLOCK_REALTIME, as the kernel's receive timestamps
};

struct Packet {
    std::array<std::uint8_t, packet_size> bytes{};
};

constexpr std::size_t header_size = 12;
constexpr std::size_t looked_at = header_size + sizeof(Mark); // the rest is not copied on receipt

std::int64_t now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return std::int64_t(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

void fill(Packet& packet, Stream& stream, std::uint32_t run, std::int64_t now) {
    const std::uint16_t sequence = htons(stream.sequence++);
    const std::uint32_t timestamp = htonl(stream.sequence * 160U);
    const std::uint32_t ssrc = htonl(stream.id);
    packet.bytes[0] = 0x80;
    packet.bytes[1] = 8; // PCMA
    std::memcpy(&packet.bytes[2], &sequence, 2);
    std::memcpy(&packet.bytes[4], &timestamp, 4);
    std::memcpy(&packet.bytes[8], &ssrc, 4);
    const Mark mark{magic, run, stream.id, 0, now};
    std::memcpy(&packet.bytes[header_size], &mark, sizeof mark);
}

} // namespace

struct Host::Buffers {
    struct Out {
        Packet packet;
        iovec vector{packet.bytes.data(), packet_size};
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(in_pktinfo))> control{};
    };
    struct In {
        std::array<std::uint8_t, looked_at> bytes{};
        iovec vector{bytes.data(), looked_at};
        alignas(cmsghdr) std::array<char, 128> control{};
    };
    std::array<Out, max_burst> out;
    std::array<mmsghdr, max_burst> out_messages{};
    std::array<In, max_burst> in;
    std::array<mmsghdr, max_burst> in_messages{};
};

Host::Host(Fd socket) : socket_(std::move(socket)), buffers_(std::make_shared<Buffers>()) {
    for (std::size_t i = 0; i < max_burst; ++i) {
        auto& out = buffers_->out_messages[i].msg_hdr;
        out.msg_iov = &buffers_->out[i].vector;
        out.msg_iovlen = 1;
        out.msg_control = buffers_->out[i].control.data();
        out.msg_controllen = buffers_->out[i].control.size();
        auto* control = CMSG_FIRSTHDR(&out);
        control->cmsg_level = IPPROTO_IP;
        control->cmsg_type = IP_PKTINFO;
        control->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
        auto& in = buffers_->in_messages[i].msg_hdr;
        in.msg_iov = &buffers_->in[i].vector;
        in.msg_iovlen = 1;
        in.msg_control = buffers_->in[i].control.data();
    }
}

Result<Host> Host::open(const Netns& host) {
    Fd socket;
    auto made = host.within([&]() -> Status {
        socket.reset(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        const sockaddr_in any{AF_INET, htons(media_port), {}, {}};
        const int on = 1;
        if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 ||
            ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes) != 0 ||
            ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUFFORCE, &buffer_bytes, sizeof buffer_bytes) != 0 ||
            ::setsockopt(socket.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0)
            return Error{fmt::format("media socket: {}", std::strerror(errno)), errno};
        return {};
    });
    if (!made) return made.error();
    return Host(std::move(socket));
}

void Host::report_destinations(bool on) {
    const int value = on;
    ::setsockopt(socket_.get(), IPPROTO_IP, IP_PKTINFO, &value, sizeof value);
}

std::size_t Host::send(std::span<Stream*> streams, std::uint32_t run) {
    const std::size_t count = std::min(streams.size(), max_burst);
    for (std::size_t i = 0; i < count; ++i) {
        auto& header = buffers_->out_messages[i].msg_hdr;
        header.msg_name = &streams[i]->to;
        header.msg_namelen = sizeof streams[i]->to;
        in_pktinfo source{};
        source.ipi_spec_dst = streams[i]->from;
        if (auto* control = CMSG_FIRSTHDR(&header)) // it has room
            std::memcpy(CMSG_DATA(control), &source, sizeof source);
    }
    const std::int64_t now = now_ns();
    for (std::size_t i = 0; i < count; ++i) fill(buffers_->out[i].packet, *streams[i], run, now);
    const int sent = ::sendmmsg(socket_.get(), buffers_->out_messages.data(), unsigned(count), 0);
    return sent > 0 ? std::size_t(sent) : 0;
}

namespace {

// Delay and destination come in control messages.
void read_control(msghdr& header, std::int64_t sent_ns, Arrival& arrival) {
    for (auto* control = CMSG_FIRSTHDR(&header); control; control = CMSG_NXTHDR(&header, control)) {
        if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_TIMESTAMPNS) {
            timespec stamp{};
            std::memcpy(&stamp, CMSG_DATA(control), sizeof stamp);
            arrival.at_ns = std::int64_t(stamp.tv_sec) * 1'000'000'000 + stamp.tv_nsec;
            arrival.delay_ns = arrival.at_ns - sent_ns;
        } else if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
            in_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(control), sizeof info);
            arrival.destination = info.ipi_addr;
        }
    }
}

} // namespace

void Host::receive(const std::function<void(const Arrival&)>& each) {
    int got = 0;
    do {
        for (std::size_t i = 0; i < max_burst; ++i)
            buffers_->in_messages[i].msg_hdr.msg_controllen = buffers_->in[i].control.size();
        got = ::recvmmsg(socket_.get(), buffers_->in_messages.data(), max_burst, MSG_TRUNC, nullptr);
        for (int i = 0; i < got; ++i) {
            const auto slot = std::size_t(i);
            Mark mark{};
            std::memcpy(&mark, &buffers_->in[slot].bytes[header_size], sizeof mark);
            if (buffers_->in_messages[slot].msg_len != packet_size || mark.magic != magic) continue;
            Arrival arrival{mark.run, mark.stream, 0, 0, {}};
            read_control(buffers_->in_messages[slot].msg_hdr, mark.sent_ns, arrival);
            each(arrival);
        }
    } while (got == int(max_burst));
}

} // namespace rtpengine::bench
