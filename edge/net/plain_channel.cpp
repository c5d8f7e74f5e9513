// SPDX-License-Identifier: Apache-2.0
#include <cerrno>

#include <sys/socket.h>

#include "edge/net/channel.h"

namespace rtpengine::edge {

namespace {

Channel::Moved moved(ssize_t result) {
    if (result > 0) return {Channel::Outcome::some, static_cast<std::size_t>(result)};
    const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return {later ? Channel::Outcome::blocked : Channel::Outcome::failed};
}

} // namespace

Channel::Moved PlainChannel::read(char* to, std::size_t size) {
    const auto result = recv(fd_.get(), to, size, 0);
    return result == 0 ? Moved{Outcome::ended} : moved(result);
}

Channel::Moved PlainChannel::write(std::string_view bytes) { return moved(send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL)); }

void PlainChannel::finish() { shutdown(fd_.get(), SHUT_WR); }

} // namespace rtpengine::edge
