// SPDX-License-Identifier: Apache-2.0
#include "ctl/selftest/ng_client.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <random>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include "common/ng/bencode.h"
#include "common/ng/writer.h"
#include "common/ng/coerce.h"

namespace rtpengine::ctl {

namespace {

using Clock = std::chrono::steady_clock;
constexpr unsigned attempts = 3;
constexpr std::chrono::seconds patience{1};

Result<Fd> connected(const Endpoint& to) {
    Fd fd(::socket(address_family(to.address.family), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return Error{std::strerror(errno), errno};
    sockaddr_storage storage;
    const auto length = to.to_sockaddr(storage);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) < 0)
        return Error{std::strerror(errno), errno};
    return fd;
}

Address own_address(const Fd& fd) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&storage), &length) < 0) return {};
    return Address::from_sockaddr(reinterpret_cast<const sockaddr&>(storage));
}

// The next datagram until then, or nothing (nobody listens there counts as nothing).
std::optional<std::string> receive(const Fd& fd, Clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd wait{fd.get(), POLLIN, 0};
    if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) <= 0) return std::nullopt;
    std::array<char, 65536> buffer;
    const auto length = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    return std::string(buffer.data(), length < 0 ? 0 : static_cast<std::size_t>(length));
}

Result<ng::Dict> read_reply(const std::string& body) {
    auto reply = ng::decode_bencode(body);
    if (!reply) return Error{"the daemon's reply is unreadable", EPROTO};
    if (ng::text_of(*reply, "result") != "error") return std::move(*reply);
    return Error{std::string(ng::text_of(*reply, "error-reason")), EPROTO};
}

} // namespace

Address local_address_towards(const Address& to) {
    const auto fd = connected({to, 9});
    return fd ? own_address(*fd) : Address{};
}

Result<NgClient> NgClient::connect(const Endpoint& daemon) {
    auto fd = connected(daemon);
    if (!fd) return Error{"cannot reach " + daemon.str() + ": " + fd.error().message, fd.error().code};
    const auto local = own_address(*fd);
    std::random_device random;
    return NgClient(std::move(*fd), local, fmt::format("{:08x}{:08x}", random(), random()));
}

Result<ng::Dict> NgClient::request(const ng::Dict& body) {
    const auto cookie = fmt::format("{}_{} ", cookie_, next_++);
    const auto reply = exchange(cookie, cookie + ng::encode(ng::Encoding::bencode, body));
    if (!reply) return reply.error();
    return read_reply(*reply);
}

Result<std::string> NgClient::exchange(const std::string& cookie, const std::string& message) {
    for (unsigned attempt = 0; attempt < attempts; ++attempt) {
        if (::send(fd_.get(), message.data(), message.size(), 0) < 0 && errno != ECONNREFUSED)
            return Error{std::string("cannot send to the daemon: ") + std::strerror(errno), errno};
        const auto until = Clock::now() + patience;
        while (const auto datagram = receive(fd_, until))
            if (datagram->starts_with(cookie)) return datagram->substr(cookie.size());
    }
    return Error{"the daemon does not answer", ETIMEDOUT};
}

} // namespace rtpengine::ctl
