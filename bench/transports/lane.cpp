// SPDX-License-Identifier: Apache-2.0
#include "bench/transports/lane.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace rtpengine::bench {
namespace {

constexpr std::array<std::uint16_t, transports> ports = {2223, 2224, 2225};
constexpr int patience_ms = 2000;

// Where the bencode dictionary that begins there ends; 0: it isn't whole.
std::size_t end_of_dictionary(std::string_view text, std::size_t at) {
    for (unsigned depth = 0; at < text.size();) {
        const char c = text[at];
        if (c == 'd' || c == 'l') ++depth, ++at;
        else if (c == 'e') {
            ++at;
            if (--depth == 0) return at;
        } else if (c == 'i') {
            at = text.find('e', at);
            if (at == std::string_view::npos) return 0;
            ++at;
        } else {
            std::size_t length = 0;
            const auto colon = text.find(':', at);
            if (colon == std::string_view::npos) return 0;
            std::from_chars(text.data() + at, text.data() + colon, length);
            at = colon + 1 + length;
        }
    }
    return 0;
}

class UdpLane final : public Lane {
  public:
    using Lane::Lane;
    Status send(const std::vector<std::string>& messages) override {
        for (const auto& message : messages)
            if (::send(fd(), message.data(), message.size(), 0) < 0) return Error{fmt::format("UDP: {}", std::strerror(errno)), errno};
        return {};
    }
    std::size_t first(std::string_view come, std::string_view& message) const override { // one read is one datagram
        message = come;
        return come.size();
    }
};

class TcpLane final : public Lane {
  public:
    using Lane::Lane;
    Status send(const std::vector<std::string>& messages) override {
        std::string all;
        for (const auto& message : messages) all += message;
        return write(all);
    }
    std::size_t first(std::string_view come, std::string_view& message) const override {
        const auto space = come.find(' ');
        const auto end = space == std::string_view::npos ? 0 : end_of_dictionary(come, space + 1);
        message = come.substr(0, end);
        return end;
    }
};

class WsLane final : public Lane {
  public:
    using Lane::Lane;
    Status shake_hands() {
        const auto asked = write("GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ng.rtpengine.com\r\n\r\n");
        std::string head;
        char c = 0;
        while (asked && !head.ends_with("\r\n\r\n") && ::recv(fd(), &c, 1, 0) == 1) head += c;
        if (head.find(" 101 ") == std::string::npos) return Error{"no WebSocket: " + head};
        return asked;
    }
    Status send(const std::vector<std::string>& messages) override {
        std::string all;
        for (const auto& message : messages) { // a mask of zeros changes nothing
            const auto size = message.size();
            all += '\x82';
            if (size < 126) all += static_cast<char>(0x80 | size);
            else all += {'\xfe', static_cast<char>(size >> 8), static_cast<char>(size & 0xff)};
            all.append(4, '\0') += message;
        }
        return write(all);
    }
    std::size_t first(std::string_view come, std::string_view& message) const override {
        const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(come[i])); };
        if (come.size() < 4) return 0;
        const bool wide = byte(1) == 126;
        const auto size = wide ? byte(2) << 8 | byte(3) : byte(1), head = wide ? std::size_t{4} : std::size_t{2};
        if (come.size() < head + size) return 0;
        message = come.substr(head, size);
        return head + size;
    }
};

Result<Fd> connected(const Netns& proxy, Transport transport) {
    Fd socket;
    auto made = proxy.within([&]() -> Status {
        socket.reset(::socket(AF_INET, (transport == Transport::udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0));
        const sockaddr_in to{AF_INET, htons(ports[std::size_t(transport)]), {htonl(INADDR_LOOPBACK)}, {}};
        const int on = 1;
        if (transport != Transport::udp) ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
            return Error{fmt::format("{}: {}", name(transport), std::strerror(errno)), errno};
        return {};
    });
    if (!made) return made.error();
    return socket;
}

} // namespace

const char* name(Transport transport) { return std::array{"UDP", "TCP", "WebSocket"}[std::size_t(transport)]; }

Result<std::unique_ptr<Lane>> Lane::open(const Netns& proxy, Transport transport) {
    auto socket = connected(proxy, transport);
    if (!socket) return socket.error();
    if (transport == Transport::udp) return std::unique_ptr<Lane>(new UdpLane(*std::move(socket)));
    if (transport == Transport::tcp) return std::unique_ptr<Lane>(new TcpLane(*std::move(socket)));
    std::unique_ptr<WsLane> lane(new WsLane(*std::move(socket)));
    if (auto shaken = lane->shake_hands(); !shaken) return shaken.error();
    return std::unique_ptr<Lane>(std::move(lane));
}

Status Lane::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) return Error{fmt::format("cannot send: {}", std::strerror(errno)), errno};
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

bool Lane::receive(const std::function<void(std::string_view)>& take) {
    for (bool some = false;;) {
        pollfd waiting{fd(), POLLIN, 0};
        if (::poll(&waiting, 1, some ? 0 : patience_ms) <= 0) return some;
        std::array<char, 65536> buffer;
        const auto read = ::recv(fd(), buffer.data(), buffer.size(), 0);
        if (read <= 0) return some;
        come_.append(buffer.data(), static_cast<std::size_t>(read));
        std::string_view message, left = come_;
        while (const auto length = left.empty() ? 0 : first(left, message)) {
            take(message);
            some = true;
            left.remove_prefix(length);
        }
        come_.erase(0, come_.size() - left.size());
    }
}

} // namespace rtpengine::bench
