// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/trouble.h"
#include "common/link/socket.h"
#include "common/uv/log_drain.h"
#include "common/uv/loop.h"
#include "supervisor/child.h"
#include "supervisor/daemon.h"
#include "supervisor/output.h"
#include "supervisor/prepare.h"
#include "supervisor/reexec/execution.h"
#include "supervisor/surroundings.h"
#include "supervisor/tally.h"

namespace rtpengine::supervisor {

// Starts the children, watches them, does what rtpengine-ctl asks for, and stops them in order.
class Supervisor {
  public:
    // `reload` gives the configuration as it is now.
    using Reload = std::function<Result<options::Settings>()>;
    Supervisor(Prepared prepared, Daemon& daemon, CommandLine command, Reload reload);
    // Until a signal ends it: success. Until it can't go on: the error. All children are gone then.
    Status run();
    // The same, with the children of an earlier execution; `prepared` was resumed from the same handover.
    Status take_over(const handover::Handover& from);

  private:
    enum class Phase { starting, running, stopping };
    // To whom a request is answered, once.
    using Answer = std::function<void(link::CtlReply)>;

    // supervisor.cpp: children and their lives.
    Status begin();
    Status serve();
    void renew_directory();
    Status open_socket();
    void make_control();
    void make_workers(Instance& instance);
    Process control_process(int predecessor);
    Process worker_process(const Instance& instance, const Worker& worker, int predecessor);
    link::ControlConfig control_config() const;
    link::Privileges privileges() const;
    std::vector<Child*> children() const; // control first
    Child* find_child(const std::string& name) const;
    Instance* find_instance(const std::string& name) const;
    void arrived(std::string_view peer, std::string_view bytes);
    void heard(std::string_view peer, const link::Heartbeat& beat);
    void changed(Child& child);
    void child_failed(const Child& child);
    void faulted(Worker& worker, Cause cause);
    void complete_start();
    void start_timed_out();
    void stop(std::optional<Error> why = {});
    void stop_next();
    void shift_log_levels(int by, int signal);
    std::string summary() const;

    // requests.cpp: what rtpengine-ctl asks for.
    void answer(std::string_view peer, const link::CtlRequest& request);
    std::string status() const;
    void restart(const std::vector<std::string>& words, const Answer& answer);
    void drain(const std::vector<std::string>& words, const Answer& answer);
    void check_drains();
    // Replaces these children one after another; stops at the first that can't be. `done`: those that were, and the failure.
    using Replaced = std::function<void(const std::vector<std::string>& done, const std::string& failed, const Status&)>;
    void replace_each(std::vector<std::string> names, Replaced done);
    void replace_next(std::shared_ptr<struct Replacing> replacing);

    // succession.cpp: another program for the supervisor itself.
    void execute(const std::string& known, const Answer& answer);
    Error execute_now();
    // Why nothing can be handed over just now; empty: it can.
    std::string unsettled() const;
    handover::Handover hand_over() const;

    // changes.cpp: another configuration.
    void reload(const Answer& answer);
    void reload_if_wanted();
    struct Change;
    bool is_drained(const std::string& name) const;
    Status open_added(Change& change);
    void start_added(std::shared_ptr<Change> change);
    std::vector<std::string> make_new_workers();
    void close_drained(const std::string& name, Change& change);
    void open_again(const std::shared_ptr<Change>& change);
    Status open_again(const options::InstanceSettings& wanted, const options::InstanceSettings& before);
    void finish_reload(const std::shared_ptr<Change>& change, const Status& outcome);
    // A control process with the configuration as it is now; `done` when it is ready.
    void renew_control(Child::Done done);
    void control_renewed(const Status& status);
    void remove_drained();
    void retire(std::vector<std::unique_ptr<Worker>> workers);
    void stop_retired();
    void sweep();

    struct Drain {
        std::string instance;
        Answer answer;
        std::uint64_t due_ms = UINT64_MAX;
    };

    // Declared first: what everything below lives on or in; the children in `prepared_`, too.
    uv::Loop loop_;
    link::Context context_;
    Prepared prepared_;
    Daemon& daemon_;
    CommandLine command_;
    Reload load_;
    Surroundings surroundings_;
    std::unique_ptr<link::Router> socket_;
    std::optional<Output> output_;
    std::unique_ptr<Child> control_;
    std::vector<std::unique_ptr<Worker>> retired_;   // of interfaces that are gone; until their processes are, too
    std::vector<std::unique_ptr<Instance>> leaving_; // instances of such workers
    std::function<void()> when_swept_;               // once both are empty
    std::set<std::string> removed_;                  // instances that end when they are empty
    std::map<std::string, link::Heartbeat::Load> loads_; // by instance, of the present control process
    std::vector<Drain> drains_;
    DeathTally tally_;
    Trouble directory_trouble_;
    std::string operation_; // what is going on; one at a time
    bool reload_wanted_ = false; // by a signal, which can't be refused
    std::vector<Child::Done> renewals_, next_renewals_; // waiting for the renewal under way; for the one after it
    std::int64_t executions_ = 0; // before this one
    std::unique_ptr<Rehearsal> rehearsal_;
    Phase phase_ = Phase::starting;
    std::optional<Error> error_;
    std::uint64_t started_ms_;
    uv::Timer deadline_, tick_, sweep_, again_;
    std::unique_ptr<uv::Timer> watchdog_;
    uv::LogDrain log_drain_;
    uv::Signal terminate_, interrupt_, child_gone_, hangup_, quieter_, louder_, pipe_;
};

} // namespace rtpengine::supervisor
