// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/uv/loop.h"
#include "link.pb.h"
#include "supervisor/child.h"
#include "supervisor/output.h"
#include "supervisor/prepare.h"
#include "supervisor/retirement.h"
#include "supervisor/surroundings.h"
#include "supervisor/tally.h"

namespace rtpengine::supervisor {

// All that runs: instances, their workers, control, and what is on its way out. Operations change it.
class Fleet {
  public:
    using Changed = std::function<void(Child&)>;
    using Load = link::Heartbeat::Load;
    // `changed`: a child announced itself ready, gave up or finished. `swept`: nothing is on its way out any more.
    Fleet(uv::Loop& loop, Prepared prepared, Changed changed, std::function<void()> swept);

    void capture_output() { output_.emplace(loop_); } // of children that are started from now on
    void begin();                                     // children, without a process yet
    // Children for workers that have none yet, and for edges that are wanted now, not started; their names.
    std::vector<std::string> make_new_children();

    Prepared& prepared() { return prepared_; }
    const Prepared& prepared() const { return prepared_; }
    options::Settings& settings() { return prepared_.settings; }
    std::vector<std::unique_ptr<Instance>>& instances() { return prepared_.instances; }
    Surroundings& surroundings() { return surroundings_; }
    const Surroundings& surroundings() const { return surroundings_; }
    Retirement& retirement() { return retirement_; }
    const Retirement& retirement() const { return retirement_; }
    std::set<std::string>& removed() { return removed_; }
    const std::set<std::string>& removed() const { return removed_; }
    std::set<std::string>& untold() { return untold_; }
    const std::set<std::string>& untold() const { return untold_; }

    Child& control() const { return *control_; }
    std::vector<Child*> children() const; // control first
    // nullptr: there is none.
    Child* find_child(const std::string& name) const;
    Instance* find_instance(const std::string& name) const;
    bool all(bool (*condition)(const Child&)) const;
    std::string summary() const;
    // Why nothing can be handed over just now; empty: it can.
    std::string unsettled() const;

    link::ControlConfig control_config() const;
    const std::map<std::string, Load>& loads() const { return loads_; }
    // nullptr: control hasn't said yet.
    const Load* load(const std::string& instance) const;
    // Of the present control process, which is ready.
    void heard(const link::Heartbeat& beat);
    std::vector<link::Poisoned> poisoned() { return tally_.poisoned(loop_.now_ms()); }

    // What succession.h leaves and takes over.
    void hand_over(handover::Handover& to) const;
    void take_over(const handover::Handover& from);

  private:
    void make_control();
    void make_workers(Instance& instance);
    void make_edge(Instance& instance);
    Process edge_process(const Instance& instance, int predecessor) const;
    Process control_process(int predecessor) const;
    Process worker_process(const Instance& instance, const Worker& worker, int predecessor) const;
    link::Privileges privileges() const;
    void faulted(Worker& worker, Cause cause);

    uv::Loop& loop_;
    Prepared prepared_;
    Changed changed_;
    Surroundings surroundings_;
    std::optional<Output> output_;
    std::unique_ptr<Child> control_;
    Retirement retirement_;
    std::set<std::string> removed_;      // instances that end when they are empty
    std::set<std::string> untold_;       // children that a reload has not come to
    std::map<std::string, Load> loads_;  // by instance, of the present control process
    DeathTally tally_;
};

bool is_up(const Child& child);
bool is_down(const Child& child);

} // namespace rtpengine::supervisor
