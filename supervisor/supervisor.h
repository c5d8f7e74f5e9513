// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/trouble.h"
#include "common/link/socket.h"
#include "common/uv/log_drain.h"
#include "common/uv/loop.h"
#include "supervisor/daemon.h"
#include "supervisor/fleet.h"
#include "supervisor/operation/operations.h"
#include "supervisor/operation/reload.h"
#include "supervisor/operation/reply.h"
#include "supervisor/reexec/succession.h"

namespace rtpengine::supervisor {

// Hears children, signals and rtpengine-ctl, and has operations done: it starts everything, changes it, and stops it in order.
class Supervisor {
  public:
    using Load = operation::Reload::Load;
    Supervisor(Prepared prepared, Daemon& daemon, CommandLine command, Load load);
    // Until a signal ends it: success. Until it can't go on: the error. All children are gone then.
    Status run();
    // The same, with the children of an earlier execution; `prepared` was resumed from the same handover.
    Status take_over(const handover::Handover& from);

  private:
    using Answer = operation::Answer;

    Status begin();
    Status serve();
    Status open_socket();
    void renew_directory();
    Status announce();
    void arrived(std::string_view peer, std::string_view bytes);
    void heard(std::string_view peer, const link::Heartbeat& beat);
    void changed(Child& child);
    void tick();
    void reap();
    void hung_up();
    void stop(std::optional<Error> why = {});
    bool is_stopping() const;
    void shift_log_levels(int by, int signal);

    // requests.cpp: what rtpengine-ctl asks for.
    void answer(std::string_view peer, const link::CtlRequest& request);
    std::string status() const;
    Status carry_out(const std::vector<std::string>& words, const Answer& answer);
    Status restart(const std::vector<std::string>& words, const Answer& answer);
    Status drain(const std::vector<std::string>& words, const Answer& answer);
    Status execute(const std::string& known, const Answer& answer);
    Result<std::vector<std::string>> children_named(const std::vector<std::string>& words) const;

    // Declared first: what everything below lives on or in.
    uv::Loop loop_;
    link::Context context_;
    Daemon& daemon_;
    Load load_;
    Fleet fleet_;
    std::unique_ptr<link::Router> socket_;
    Succession succession_;
    operation::Operations operations_;
    Trouble directory_trouble_;
    std::optional<Error> error_;
    uv::Timer tick_;
    std::unique_ptr<uv::Timer> watchdog_;
    uv::LogDrain log_drain_;
    uv::Signal terminate_, interrupt_, child_gone_, hangup_, quieter_, louder_, pipe_;
};

} // namespace rtpengine::supervisor
