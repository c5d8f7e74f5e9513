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

constexpr int buffer_bytes = 32 << 20;

std::int64_t now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return std::int64_t(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

} // namespace

struct Host::Buffers {
    struct Out {
        std::array<std::uint8_t, protected_size + 16> packet{}; // the library wants more room than it uses
        iovec vector{packet.data(), packet_size};
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(in_pktinfo))> control{};
    };
    struct In {
        std::array<std::uint8_t, protected_size> bytes{};
        iovec vector{bytes.data(), marked_size};
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
        if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 || // beside party_socket()
            ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 ||
            ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes) != 0 ||
            ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUFFORCE, &buffer_bytes, sizeof buffer_bytes) != 0 ||
            ::setsockopt(socket.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0)
            return Error{fmt::format("media socket: {}", std::strerror(errno)), errno};
        return {};
    });
    if (!made) return made.error();
    return Host(std::move(socket));
}

void Host::check(bool on) {
    const int value = on;
    ::setsockopt(socket_.get(), IPPROTO_IP, IP_PKTINFO, &value, sizeof value);
    for (auto& in : buffers_->in) in.vector.iov_len = on ? in.bytes.size() : marked_size;
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
    for (std::size_t i = 0; i < count; ++i) {
        auto& stream = *streams[i];
        auto& out = buffers_->out[i];
        write_packet(std::span(out.packet).first<packet_size>(), stream.sequence++, stream.id, run, now);
        out.vector.iov_len = stream.sealer ? stream.sealer->seal(out.packet.data(), packet_size) : packet_size;
        stream.sent_ns = now;
    }
    const int sent = ::sendmmsg(socket_.get(), buffers_->out_messages.data(), unsigned(count), 0);
    return sent > 0 ? std::size_t(sent) : 0;
}

namespace {

// Time and destination come in control messages.
void read_control(msghdr& header, Arrival& arrival) {
    for (auto* control = CMSG_FIRSTHDR(&header); control; control = CMSG_NXTHDR(&header, control)) {
        if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_TIMESTAMPNS) {
            timespec stamp{};
            std::memcpy(&stamp, CMSG_DATA(control), sizeof stamp);
            arrival.at_ns = std::int64_t(stamp.tv_sec) * 1'000'000'000 + stamp.tv_nsec;
        } else if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
            in_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(control), sizeof info);
            arrival.destination = info.ipi_addr;
        }
    }
}

// nullopt: none of ours. `size`: what the packet had; the bytes may be fewer.
std::optional<Arrival> read(std::span<std::uint8_t> bytes, std::size_t size) {
    Arrival arrival;
    if (size == packet_size) arrival.mark = mark_of(bytes);
    else if (size == protected_size) arrival.packet = bytes;
    else return {};
    if (size == packet_size && !arrival.mark) return {};
    arrival.stream = arrival.mark ? arrival.mark->stream : ssrc_of(bytes);
    return arrival;
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
            auto& header = buffers_->in_messages[slot];
            auto arrival = read({buffers_->in[slot].bytes.data(), header.msg_hdr.msg_iov->iov_len}, header.msg_len);
            if (!arrival) continue;
            read_control(header.msg_hdr, *arrival);
            each(*arrival);
        }
    } while (got == int(max_burst));
}

} // namespace rtpengine::bench
