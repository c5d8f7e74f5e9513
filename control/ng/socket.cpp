// SPDX-License-Identifier: Apache-2.0
#include "control/ng/socket.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>

#include "common/base/log.h"

namespace rtpengine::ng {

namespace {

constexpr unsigned batch = 8;
constexpr std::size_t max_datagram = 65536;

union ControlData {
    cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(in_pktinfo))];
};

// The local address a datagram was sent to (RFC 3542 section 6, ip(7)).
Address local_address(msghdr& header) {
    for (auto* part = CMSG_FIRSTHDR(&header); part; part = CMSG_NXTHDR(&header, part)) {
        const char* const data = reinterpret_cast<const char*>(CMSG_DATA(part));
        if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO)
            return Address::from_bytes({data + offsetof(in_pktinfo, ipi_addr), 4});
        if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO)
            return Address::from_bytes({data + offsetof(in6_pktinfo, ipi6_addr), 16});
    }
    return {};
}

template <class Info>
void add_source(msghdr& header, ControlData& control, int level, int type, const Info& info) {
    header.msg_control = control.bytes;
    header.msg_controllen = CMSG_SPACE(sizeof info);
    auto* part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = level;
    part->cmsg_type = type;
    part->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(part), &info, sizeof info);
}

void add_source(msghdr& header, ControlData& control, const Address& local) {
    if (local.family == Family::ipv4) {
        in_pktinfo info{};
        std::memcpy(&info.ipi_spec_dst, local.bytes.data(), 4);
        add_source(header, control, IPPROTO_IP, IP_PKTINFO, info);
    } else if (local.family == Family::ipv6) {
        in6_pktinfo info{};
        std::memcpy(&info.ipi6_addr, local.bytes.data(), 16);
        add_source(header, control, IPPROTO_IPV6, IPV6_PKTINFO, info);
    }
}

void ask_for_local_address(int fd) {
    const int on = 1;
    setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on); // one of them fails: the other family's
    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
}

// The space that recvmmsg fills.
struct Batch {
    std::array<mmsghdr, batch> headers{};
    std::array<iovec, batch> vectors{};
    std::array<sockaddr_storage, batch> peers{};
    std::array<ControlData, batch> control{};

    Batch(std::vector<char>& buffer) {
        for (unsigned i = 0; i < batch; ++i) {
            vectors[i] = {buffer.data() + i * max_datagram, max_datagram};
            auto& header = headers[i].msg_hdr;
            header.msg_name = &peers[i];
            header.msg_namelen = sizeof peers[i];
            header.msg_iov = &vectors[i];
            header.msg_iovlen = 1;
            header.msg_control = control[i].bytes;
            header.msg_controllen = sizeof control[i].bytes;
        }
    }
    DatagramSocket::Datagram datagram(unsigned i) {
        return {{static_cast<const char*>(vectors[i].iov_base), headers[i].msg_len},
                Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(peers[i])),
                local_address(headers[i].msg_hdr)};
    }
};

} // namespace

DatagramSocket::DatagramSocket(Fd fd) : fd_(std::move(fd)), buffer_(batch * max_datagram) {
    ask_for_local_address(fd_.get());
}

bool DatagramSocket::receive(unsigned limit, const std::function<void(const Datagram&)>& handle) {
    for (unsigned done = 0; done < limit;) {
        Batch space(buffer_);
        const int count = recvmmsg(fd_.get(), space.headers.data(), batch, MSG_DONTWAIT, nullptr);
        if (count <= 0) return false; // EAGAIN, or the pending error of an earlier send
        for (int i = 0; i < count; ++i)
            handle(space.datagram(static_cast<unsigned>(i)));
        if (static_cast<unsigned>(count) < batch) return false;
        done += static_cast<unsigned>(count);
    }
    return true;
}

void DatagramSocket::send(std::string_view bytes, const Endpoint& peer, const Address& local) {
    sockaddr_storage to;
    ControlData control{};
    iovec vector{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr header{};
    header.msg_name = &to;
    header.msg_namelen = peer.to_sockaddr(to);
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    add_source(header, control, local);
    if (sendmsg(fd_.get(), &header, MSG_DONTWAIT) >= 0) return;
    ++unsent_;
    log::record(log::Level::warning, log::Subsystem::control, {},
                "A reply of {} bytes to {} could not be sent ({} so far): {}", bytes.size(),
                log::marked(peer.str()), unsent_, std::strerror(errno));
}

} // namespace rtpengine::ng
