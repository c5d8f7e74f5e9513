// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/relay.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

namespace rtpengine::io {

namespace {

constexpr std::size_t max_payload = 65536;
constexpr unsigned max_messages = 256; // in a row

Error failed(const char* what, const sockaddr_un& address) {
    const int code = errno;
    return {std::string("cannot ") + what + " " + address.sun_path + ": " + std::strerror(code), code};
}

// False: the path is too long for a socket's name.
bool name(sockaddr_un& address, const std::string& directory, std::uint32_t index) {
    address = {};
    address.sun_family = AF_UNIX;
    const int length =
        std::snprintf(address.sun_path, sizeof address.sun_path, "%s/relay-%u", directory.c_str(), index);
    return length > 0 && static_cast<std::size_t>(length) < sizeof address.sun_path;
}

} // namespace

Relay::Relay(Fd fd, std::string directory)
    : fd_(std::move(fd)), directory_(std::move(directory)), buffer_(new std::uint8_t[max_payload]) {}

Result<std::unique_ptr<Relay>> Relay::open(const std::string& runtime_dir, std::uint32_t index) {
    sockaddr_un address;
    if (!name(address, runtime_dir, index))
        return Error{"the runtime directory's name is too long", ENAMETOOLONG};
    Fd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return failed("open", address);
    unlink(address.sun_path);
    if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0)
        return failed("bind", address);
    return std::unique_ptr<Relay>(new Relay(std::move(fd), runtime_dir));
}

int Relay::send(std::uint32_t worker, const Header& header, std::span<const std::uint8_t> payload) {
    sockaddr_un address;
    if (!name(address, directory_, worker)) return EINVAL;
    iovec parts[2] = {{const_cast<Header*>(&header), sizeof header},
                      {const_cast<std::uint8_t*>(payload.data()), payload.size()}};
    msghdr message{};
    message.msg_name = &address;
    message.msg_namelen = sizeof address;
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    return sendmsg(fd_.get(), &message, MSG_DONTWAIT) < 0 ? errno : 0;
}

void Relay::receive(const Handler& handler) {
    for (unsigned i = 0; i < max_messages; ++i) {
        Header header;
        iovec parts[2] = {{&header, sizeof header}, {buffer_.get(), max_payload}};
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = 2;
        const auto size = recvmsg(fd_.get(), &message, MSG_DONTWAIT);
        if (size < 0) return;
        if (static_cast<std::size_t>(size) < sizeof header || (message.msg_flags & MSG_TRUNC)) continue;
        handler(header, {buffer_.get(), static_cast<std::size_t>(size) - sizeof header});
    }
}

} // namespace rtpengine::io
