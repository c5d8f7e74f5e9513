// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/base/result.h"
#include "common/link/socket.h"
#include "common/uv/loop.h"

namespace rtpengine::link {
class Heartbeat;
class FromSupervisor;
} // namespace rtpengine::link

namespace rtpengine::child {

// Tells the supervisor every second that this child's loop turns; a child that stops doing so is shot.
class Heartbeat {
  public:
    // `name` is "control" or the worker's name.
    static Result<std::unique_ptr<Heartbeat>> start(link::Context& context, uv::Loop& loop,
                                                    const std::string& runtime_dir, std::string name);

    // Called for each beat, to add what else the supervisor shall know.
    using Fill = std::function<void(link::Heartbeat&)>;
    void fill(Fill fill) { fill_ = std::move(fill); }
    // What the supervisor answers; see FromSupervisor.
    void on_message(std::function<void(const link::FromSupervisor&)> handler) { handler_ = std::move(handler); }

    // This child is ready to take over from a predecessor, and waits for its end.
    void stand_by();
    // This child can do its work. `detail`: one line for `status`, may change later. Sent at once.
    void ready(std::string detail);
    void beat() { send(); } // now, not only when the second is over

  private:
    Heartbeat(uv::Loop& loop, std::string name);
    void send();
    void received(std::string_view bytes);

    uv::Loop& loop_;
    std::string name_, detail_;
    bool ready_ = false, stands_by_ = false;
    Fill fill_;
    std::function<void(const link::FromSupervisor&)> handler_;
    std::unique_ptr<link::Dealer> socket_;
    uv::Timer timer_;
};

} // namespace rtpengine::child
