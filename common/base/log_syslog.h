// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/fd.h"

namespace rtpengine::log {

// The socket of the system's log daemon. syslog(3) waits while that one is stuck; this doesn't, and it connects anew when the
// daemon has been restarted.
class Syslog {
  public:
    explicit Syslog(std::string path = "/dev/log") : path_(std::move(path)) {}

    // One message as the daemon wants it (RFC 3164 section 4.1, as syslog(3) writes it). `priority`: facility and level.
    static std::string message(int priority, std::string_view ident, std::string_view text);

    // For Queue: a message is taken whole or not at all.
    std::size_t write(std::string_view message);
    void connect(); // write() does, too, when that is needed

  private:
    bool send(std::string_view message) const; // errno says why not

    std::string path_;
    Fd socket_;
};

} // namespace rtpengine::log
