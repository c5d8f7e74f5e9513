// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "common/base/result.h"
#include "common/link/socket.h"
#include "common/uv/loop.h"

namespace rtpengine::child {

// Tells the supervisor every second that this child's loop turns; a child that stops doing so is shot.
class Heartbeat {
  public:
    // `name` is "control" or the worker's name.
    static Result<std::unique_ptr<Heartbeat>> start(link::Context& context, uv::Loop& loop,
                                                    const std::string& runtime_dir, std::string name);

    // This child can do its work. `detail`: one line for `status`, may change later. Sent at once.
    void ready(std::string detail);

  private:
    Heartbeat(std::unique_ptr<link::Dealer> socket, uv::Loop& loop, std::string name);
    void send();

    std::unique_ptr<link::Dealer> socket_;
    std::string name_, detail_;
    bool ready_ = false;
    uv::Timer timer_;
};

} // namespace rtpengine::child
