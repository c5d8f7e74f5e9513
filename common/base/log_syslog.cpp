// SPDX-License-Identifier: Apache-2.0
#include "common/base/log_syslog.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace rtpengine::log {

namespace {

std::string time_of_day() {
    const auto now = std::time(nullptr);
    tm local{};
    localtime_r(&now, &local);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%b %e %T", &local)};
}

bool for_now(int error) { return error == EAGAIN || error == ENOBUFS || error == EINTR; }

} // namespace

std::string Syslog::message(int priority, std::string_view ident, std::string_view text) {
    return fmt::format("<{}>{} {}[{}]: {}", priority, time_of_day(), ident, getpid(), text);
}

std::size_t Syslog::write(std::string_view message) {
    if (socket_ && send(message)) return message.size();
    if (socket_ && for_now(errno)) return 0;
    if (socket_ && errno == EMSGSIZE) return message.size(); // it never will
    connect();
    return socket_ && send(message) ? message.size() : 0;
}

void Syslog::connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    socket_.reset(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const bool there = socket_ && ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (!there) socket_.reset();
}

bool Syslog::send(std::string_view message) const {
    return ::send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL) >= 0;
}

} // namespace rtpengine::log
