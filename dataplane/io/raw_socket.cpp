// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/raw_socket.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <poll.h>
#include <sys/random.h>

namespace rtpengine::io {

namespace {

constexpr int send_buffer = 4 << 20; // as far as net.core.wmem_max lets us

Error error_of(const char* what, const Address& source) {
    const int code = errno;
    return {std::string("cannot ") + what + " a raw socket for " + source.str() + ": " + std::strerror(code),
            code};
}

// Without a port: a raw IPv6 socket takes 0 or its protocol there.
socklen_t write_address(const Address& to, sockaddr_in6& out) {
    out = {};
    if (to.family == Family::ipv6) {
        out.sin6_family = AF_INET6;
        std::memcpy(&out.sin6_addr, to.bytes.data(), sizeof out.sin6_addr);
        return sizeof out;
    }
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    std::memcpy(&v4.sin_addr, to.bytes.data(), sizeof v4.sin_addr);
    std::memcpy(&out, &v4, sizeof v4);
    return sizeof v4;
}

} // namespace

Result<std::unique_ptr<RawSocket>> RawSocket::open(const Address& source, Departures& waiting) {
    sockaddr_storage address;
    const auto length = Endpoint{source, 0}.to_sockaddr(address);
    if (!length) return Error{"no source address", EINVAL};
    Fd fd(socket(address.ss_family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW));
    if (!fd) return error_of("open", source);
    const bool v4 = source.family == Family::ipv4;
    const auto set = [&](int option) {
        const int on = 1;
        return setsockopt(fd.get(), v4 ? IPPROTO_IP : IPPROTO_IPV6, option, &on, sizeof on) == 0;
    };
    // Also for an address that is away at the moment.
    if (!set(v4 ? IP_HDRINCL : IPV6_HDRINCL) || !set(v4 ? IP_FREEBIND : IPV6_FREEBIND))
        return error_of("set options of", source);
    setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), length) < 0) return error_of("bind", source);
    return std::unique_ptr<RawSocket>(new RawSocket(std::move(fd), source.family, waiting));
}

RawSocket::RawSocket(Fd fd, Family family, Departures& waiting)
    : fd_(std::move(fd)),
      waiting_(waiting),
      headers_(Headers::size(family)),
      outgoing_(new Outgoing[Departures::capacity]()) {
    for (unsigned i = 0; i < Departures::capacity; ++i) {
        auto& header = waiting_.headers[i].msg_hdr;
        header.msg_name = &waiting_.messages[i].to;
        header.msg_iov = &waiting_.messages[i].part;
        header.msg_iovlen = 1;
    }
    take_over();
    if (getrandom(&identification_, sizeof identification_, GRND_NONBLOCK) < 0) identification_ = 1;
}

// All 65535 in turn (0 would make the kernel choose), in an order that doesn't tell how many went between
// two.
std::uint16_t RawSocket::next_identification() {
    const bool carry = identification_ & 1; // a linear feedback shift register of full length
    identification_ = static_cast<std::uint16_t>(identification_ >> 1);
    if (carry) identification_ ^= 0xb400;
    if (!identification_) identification_ = 1;
    return identification_;
}

std::uint8_t* RawSocket::reserve(const Outgoing&, std::size_t size) {
    if (waiting_.count == Departures::capacity || size > max_payload) return nullptr;
    return waiting_.messages[waiting_.count].bytes + headers_;
}

int RawSocket::commit(const Outgoing& next) {
    const auto at = waiting_.count;
    auto& message = waiting_.messages[at];
    outgoing_[at] = next;
    write_headers(message.bytes, next.route->from, next.to, Marking{next.route->tos, next.ttl}, next_identification(),
                  {message.bytes + headers_, next.size});
    message.part = {message.bytes, headers_ + next.size};
    auto& header = waiting_.headers[at];
    header.msg_hdr.msg_namelen = write_address(next.to.address, message.to);
    header.msg_len = 0;
    waiting_.count = at + 1;
    return 0;
}

std::span<const std::uint8_t> RawSocket::payload(unsigned at) const {
    return {waiting_.messages[at].bytes + headers_, waiting_.messages[at].part.iov_len - headers_};
}

bool RawSocket::wait_for_room() {
    pollfd writable{fd_.get(), POLLOUT, 0};
    return poll(&writable, 1, 1) > 0;
}

// Goes on behind the last one that a predecessor sent; what failed before it, failed.
void RawSocket::take_over() {
    for (unsigned i = 0; i < waiting_.count; ++i) {
        waiting_.messages[i].part.iov_base = waiting_.messages[i].bytes;
        if (waiting_.headers[i].msg_len) first_ = i + 1;
    }
}

// sendmmsg() stops at the first datagram that it can't send and tells why only when asked to begin with it.
void RawSocket::flush(const Failed& failed) {
    bool may_wait = true; // a full send buffer holds us up once in a batch, by 1 ms at most
    for (auto at = std::exchange(first_, 0); at < waiting_.count;) {
        const int sent = sendmmsg(fd_.get(), &waiting_.headers[at], waiting_.count - at, 0);
        if (sent > 0) {
            at += static_cast<unsigned>(sent);
            continue;
        }
        const int error = errno;
        if (error == EINTR) continue;
        if (error == EAGAIN && std::exchange(may_wait, false) && wait_for_room()) continue;
        failed(outgoing_[at], payload(at), error);
        ++at;
    }
    waiting_.count = 0;
}

} // namespace rtpengine::io
