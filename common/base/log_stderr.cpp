// SPDX-License-Identifier: Apache-2.0
#include "common/base/log_stderr.h"

#include <algorithm>
#include <cerrno>
#include <climits>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace rtpengine::log {

namespace {

constexpr int fd = STDERR_FILENO;

// Not allowed (a pipe of another user's) or not possible (no /proc): empty.
Fd open_again() { return Fd(open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)); }

bool has_room() {
    pollfd wanted{fd, POLLOUT, 0};
    return poll(&wanted, 1, 0) > 0;
}

} // namespace

std::size_t Stderr::write(std::string_view bytes) {
    look();
    const auto taken = write_now(bytes);
    if (taken >= 0) return static_cast<std::size_t>(taken);
    return errno == EAGAIN || errno == EINTR ? 0 : bytes.size(); // nobody is left to tell, or the disk is full
}

void Stderr::look() {
    struct stat now {};
    if (fstat(fd, &now) < 0 || (now.st_dev == device_ && now.st_ino == inode_)) return;
    device_ = now.st_dev;
    inode_ = now.st_ino;
    own_.reset();
    if (S_ISSOCK(now.st_mode)) kind_ = Kind::socket;
    else if (S_ISFIFO(now.st_mode) || isatty(fd)) own_ = open_again(), kind_ = own_ ? Kind::opened : Kind::polled;
    else kind_ = Kind::file;
}

ssize_t Stderr::write_now(std::string_view bytes) const {
    switch (kind_) {
    case Kind::socket: return send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    case Kind::opened: return ::write(own_.get(), bytes.data(), bytes.size());
    case Kind::polled:
        // A page of room is room for this much; only another process that takes it in this very moment could make us wait.
        return has_room() ? ::write(fd, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF)) : 0;
    case Kind::file: break;
    }
    return ::write(fd, bytes.data(), bytes.size());
}

} // namespace rtpengine::log
