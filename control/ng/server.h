// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "common/base/fd.h"
#include "common/uv/loop.h"
#include "control/ng/dispatcher.h"
#include "control/ng/socket.h"

namespace rtpengine::ng {

// One NG listener over UDP.
class Server {
  public:
    // `socket`: a bound UDP socket. `dispatcher` and `loop` outlive this object; a reply that comes after it
    // is gone is dropped.
    Server(uv::Loop& loop, Fd socket, Dispatcher& dispatcher);

    void stop_reading() { poll_.pause(); } // replies still leave
    std::uint64_t unsent() const { return socket_->unsent(); } // replies that the kernel refused

  private:
    void drain();

    Dispatcher& dispatcher_;
    std::shared_ptr<DatagramSocket> socket_; // replies on their way hold it weakly
    uv::Poll poll_;
};

} // namespace rtpengine::ng
