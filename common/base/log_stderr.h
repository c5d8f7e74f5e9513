// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include <sys/types.h>

#include "common/base/fd.h"

namespace rtpengine::log {

// Writes to stderr, whatever that is, without ever waiting for who reads it. O_NONBLOCK belongs to the open file, which others
// share (a shell, systemd, our own children): it is never set there. A pipe or a terminal is opened once more for us; a socket
// (journald's) can be told with each send; a file takes what it is given.
class Stderr {
  public:
    // For Queue. Whole lines at once as far as the kernel lets us (pipe(7), PIPE_BUF), so that those of several processes
    // don't mix.
    std::size_t write(std::string_view bytes);
    // Finds out what stderr is; write() does, too, when it has become something else.
    void look();

  private:
    enum class Kind { file, socket, opened, polled };

    ssize_t write_now(std::string_view bytes) const;

    Kind kind_ = Kind::file;
    Fd own_; // opened
    dev_t device_ = 0;
    ino_t inode_ = 0; // of what fd 2 was when we looked last
};

} // namespace rtpengine::log
