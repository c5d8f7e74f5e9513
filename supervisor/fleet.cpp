// SPDX-License-Identifier: Apache-2.0
#include "supervisor/fleet.h"

#include <algorithm>

#include <unistd.h>

#include "common/base/log.h"
#include "common/state/map.h"
#include "supervisor/reexec/handover.h"

namespace rtpengine::supervisor {

bool is_up(const Child& child) { return child.state() == State::up; }
bool is_down(const Child& child) { return child.state() == State::down; }

Fleet::Fleet(uv::Loop& loop, Prepared prepared, Changed changed, std::function<void()> swept)
    : loop_(loop),
      prepared_(std::move(prepared)),
      changed_(std::move(changed)),
      surroundings_(loop, prepared_),
      retirement_(loop, [this, told = std::move(swept)] {
          surroundings_.renew();
          told();
      }) {}

void Fleet::begin() {
    surroundings_.follow();
    make_control();
    for (auto& instance : prepared_.instances) {
        make_workers(*instance);
        make_edge(*instance);
    }
}

std::vector<std::string> Fleet::make_new_children() {
    std::vector<std::string> names;
    for (auto& instance : prepared_.instances) {
        for (const auto* worker : instance->workers())
            if (!worker->child) names.push_back(worker->config.name());
        make_workers(*instance);
        if (instance->edge() || !instance->wants_edge()) continue;
        make_edge(*instance);
        names.push_back(instance->edge()->spec().name);
    }
    if (auto given = prepared_.directory.give_to(prepared_.settings.user); !given) log::err("{}", given.error().message);
    return names;
}

void Fleet::make_control() {
    control_ = std::make_unique<Child>(
        loop_, Child::Spec{"control", "control", [this](int predecessor) { return control_process(predecessor); }}, changed_);
}

void Fleet::make_workers(Instance& instance) {
    for (auto& group : instance.groups())
        surroundings_.follow_devices(group);
    for (auto* worker : instance.workers()) {
        if (worker->child) continue;
        const auto process = [this, &instance, worker](int predecessor) {
            return worker_process(instance, *worker, predecessor);
        };
        worker->child = std::make_unique<Child>(
            loop_, Child::Spec{worker->config.name(), "worker", process, [this, worker](Cause cause) { faulted(*worker, cause); }},
            changed_);
    }
}

// Without a '/', which all names of workers have.
void Fleet::make_edge(Instance& instance) {
    if (instance.edge() || !instance.wants_edge()) return;
    const auto process = [this, &instance](int predecessor) { return edge_process(instance, predecessor); };
    instance.edge() = std::make_unique<Child>(loop_, Child::Spec{edge_config(instance.config()).name(), "edge", process}, changed_);
}

link::Privileges Fleet::privileges() const {
    link::Privileges privileges;
    privileges.set_user(prepared_.settings.user);
    privileges.set_supervisor_pid(getpid());
    return privileges;
}

link::ControlConfig Fleet::control_config() const {
    link::ControlConfig config;
    config.set_runtime_dir(prepared_.directory.path());
    *config.mutable_log() = prepared_.settings.log;
    *config.mutable_privileges() = privileges();
    for (const auto& instance : prepared_.instances) {
        *config.add_instances() = without_edge(instance->config());
        for (const auto& info : instance->worker_infos(true))
            *config.add_workers() = info;
    }
    return config;
}

Process Fleet::edge_process(const Instance& instance, int predecessor) const {
    auto config = edge_config(instance.config());
    config.set_runtime_dir(prepared_.directory.path());
    config.set_several(prepared_.instances.size() > 1);
    *config.mutable_log() = prepared_.settings.log;
    *config.mutable_privileges() = privileges();
    if (predecessor >= 0) config.set_predecessor_fd(predecessor);
    return {prepared_.programs.edge, config.name(), config.SerializeAsString(), descriptors_of(config),
            output_ ? output_->write_end() : -1};
}

Process Fleet::control_process(int predecessor) const {
    auto config = control_config();
    if (predecessor >= 0) config.set_predecessor_fd(predecessor);
    return {prepared_.programs.control, "control", config.SerializeAsString(), descriptors_of(config),
            output_ ? output_->write_end() : -1};
}

Process Fleet::worker_process(const Instance& instance, const Worker& worker, int predecessor) const {
    auto config = worker.config;
    for (const auto& info : instance.worker_infos(false))
        *config.add_workers() = info;
    *config.mutable_log() = prepared_.settings.log;
    *config.mutable_privileges() = privileges();
    if (prepared_.instances.size() > 1) config.set_instance(instance.name());
    if (predecessor >= 0) config.set_predecessor_fd(predecessor);
    return {prepared_.programs.worker, config.name(), config.SerializeAsString(), descriptors_of(config),
            output_ ? output_->write_end() : -1};
}

// What it was at is in its shared state. It is not tried again: what was in its hands may be what it died of.
void Fleet::faulted(Worker& worker, Cause cause) {
    worker.renew_transit();
    if (cause != Cause::at_work) return;
    const auto stream = state::Map::working(worker.records);
    if (tally_.add(worker.config.index(), stream, loop_.now_ms()))
        log::err("{} has died {} times at work on stream {}: its call will be ended", worker.config.name(),
                 DeathTally::enough, stream);
}

std::vector<Child*> Fleet::children() const {
    std::vector<Child*> all;
    if (control_) all.push_back(control_.get());
    for (const auto& instance : prepared_.instances)
        for (auto* worker : instance->workers())
            if (worker->child) all.push_back(worker->child.get());
    for (const auto& instance : prepared_.instances)
        if (instance->edge()) all.push_back(instance->edge().get());
    for (auto* edge : retirement_.edges())
        all.push_back(edge);
    for (const auto* worker : retirement_.workers())
        if (worker->child) all.push_back(worker->child.get());
    return all;
}

Child* Fleet::find_child(const std::string& name) const {
    for (auto* child : children())
        if (child->spec().name == name) return child;
    return nullptr;
}

Instance* Fleet::find_instance(const std::string& name) const {
    for (const auto& instance : prepared_.instances)
        if (instance->name() == name) return instance.get();
    return nullptr;
}

bool Fleet::all(bool (*condition)(const Child&)) const {
    const auto all = children();
    return std::all_of(all.begin(), all.end(), [condition](const Child* child) { return condition(*child); });
}

std::string Fleet::summary() const {
    const auto all = children();
    const auto up = std::count_if(all.begin(), all.end(), [](const Child* child) { return is_up(*child); });
    return fmt::format("{} of {} processes ready", up, all.size());
}

std::string Fleet::unsettled() const {
    if (!retirement_.is_empty()) return "an interface is being removed";
    for (const auto* child : children())
        if (auto why = child->unsettled(); !why.empty()) return why;
    return {};
}

const Fleet::Load* Fleet::load(const std::string& instance) const {
    const auto found = loads_.find(instance);
    return found == loads_.end() ? nullptr : &found->second;
}

void Fleet::heard(const link::Heartbeat& beat) {
    loads_.clear();
    for (const auto& load : beat.loads())
        loads_[load.instance()] = load;
}

// Left out: what control says again with its next heartbeat, and deaths so far.
void Fleet::hand_over(handover::Handover& to) const {
    *to.mutable_settings() = handed_over(prepared_.settings);
    *to.mutable_directory() = prepared_.directory.hand_over();
    for (const auto& instance : prepared_.instances)
        *to.add_instances() = instance->hand_over();
    *to.mutable_control() = control_->hand_over();
    for (const auto& name : removed_)
        to.add_removed(name);
    if (output_) *to.mutable_output() = output_->hand_over();
}

void Fleet::take_over(const handover::Handover& from) {
    if (from.has_output()) output_.emplace(loop_, from.output());
    removed_.insert(from.removed().begin(), from.removed().end());
    control_->resume(from.control());
    for (int i = 0; i < from.instances_size(); ++i) {
        const auto workers = prepared_.instances[static_cast<std::size_t>(i)]->workers();
        std::size_t next = 0;
        for (const auto& group : from.instances(i).groups())
            for (const auto& each : group.workers())
                workers[next++]->child->resume(each.child());
        if (const auto& edge = prepared_.instances[static_cast<std::size_t>(i)]->edge()) edge->resume(from.instances(i).edge());
    }
    surroundings_.look_at_addresses();
    surroundings_.renew();
}

} // namespace rtpengine::supervisor
