// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "common/base/endpoint.h"
#include "common/base/fd.h"
#include "common/base/trouble.h"
#include "common/uv/loop.h"

namespace rtpengine::edge {

// Accepts whoever comes to a listening socket.
class Listener {
  public:
    using Accepted = std::function<void(Fd socket, const Endpoint& peer)>;
    // `shortage`: there are no descriptors left; true: there may be one now.
    Listener(uv::Loop& loop, Fd socket, Accepted accepted, std::function<bool()> shortage);
    void stop() { poll_.pause(); }

  private:
    void drain();
    bool accept_one();

    Fd socket_;
    Accepted accepted_;
    std::function<bool()> shortage_;
    Trouble trouble_;
    uv::Poll poll_;
    uv::Timer later_;
};

} // namespace rtpengine::edge
