// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/link/socket.h"
#include "common/uv/loop.h"
#include "supervisor/child.h"
#include "supervisor/daemon.h"
#include "supervisor/output.h"
#include "supervisor/prepare.h"

namespace rtpengine::supervisor {

// Starts the children, watches them, answers `status`, and stops them in order.
class Supervisor {
  public:
    Supervisor(Prepared prepared, Daemon& daemon);
    // Until a signal ends it: success. Until it can't go on: the error. All children are gone then.
    Status run();

  private:
    enum class Phase { starting, running, stopping };

    void follow_devices();
    Status open_socket();
    void make_children();
    Child::Spec control_spec();
    Child::Spec worker_spec(std::size_t index);
    void arrived(std::string_view peer, std::string_view bytes);
    void answer(std::string_view peer, const link::CtlRequest& request);
    std::string status() const;
    void changed(Child& child);
    void child_failed(const Child& child);
    void complete_start();
    void start_timed_out();
    void stop(std::optional<Error> why = {});
    void stop_next();
    void shift_log_levels(int by, int signal);
    std::string summary() const;

    // Declared first: what everything below lives on or in.
    Prepared prepared_;
    Daemon& daemon_;
    uv::Loop loop_;
    link::Context context_;
    std::unique_ptr<link::Router> socket_;
    std::optional<Output> output_;
    std::vector<std::unique_ptr<Child>> children_; // control first
    Phase phase_ = Phase::starting;
    std::optional<Error> error_;
    std::uint64_t started_ms_;
    uv::Timer deadline_, tick_;
    std::unique_ptr<uv::Timer> watchdog_;
    std::optional<uv::Poll> on_devices_;
    std::optional<uv::Timer> follow_;
    uv::Signal terminate_, interrupt_, child_gone_, hangup_, quieter_, louder_, pipe_;
};

} // namespace rtpengine::supervisor
