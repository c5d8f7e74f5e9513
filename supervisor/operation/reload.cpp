// SPDX-License-Identifier: Apache-2.0
#include "supervisor/operation/reload.h"

#include <algorithm>
#include <cerrno>

#include "common/base/log.h"
#include "common/child/config.h"
#include "supervisor/notify.h"
#include "supervisor/operation/change_report.h"

namespace rtpengine::supervisor::operation {

namespace {

using Change = options::InstanceChange;

std::vector<options::InstanceSettings>::iterator find(options::Settings& settings, const std::string& name) {
    auto& all = settings.instances;
    return std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.config.name() == name; });
}

Error of_instance(const std::string& name, const Error& error) { return {"instance " + name + ": " + error.message, error.code}; }

} // namespace

std::vector<std::string> Reload::names(Each each) {
    switch (each) {
    case Each::added: return fleet_.make_new_children();
    case Each::changed: return told_;
    case Each::reopened: return returning_.empty() ? std::vector<std::string>{} : fleet_.make_new_children();
    case Each::control_again: return returning_.empty() ? std::vector<std::string>{} : std::vector<std::string>{"control"};
    default: return any() ? std::vector<std::string>{"control"} : std::vector<std::string>{};
    }
}

Status Reload::begin(Step step, const std::string& name) {
    switch (step) {
    case Step::read: return read();
    case Step::opened: return open();
    case Step::adopted: adopt(); return {};
    case Step::closed: close_drained(); return {};
    case Step::ended: return end_closed();
    case Step::reopened: reopen(); return {};
    default: return SuccessionSteps::begin(step, name);
    }
}

Result<bool> Reload::came(Step step, const std::string& name) {
    if (step == Step::ended) return returning_.empty() || fleet_.retirement().is_empty();
    return SuccessionSteps::came(step, name);
}

Status Reload::read() {
    auto wanted = load_();
    if (!wanted) return wanted.error();
    wanted_ = *std::move(wanted);
    difference_ = options::difference(fleet_.settings(), wanted_);
    for (auto& each : difference_.instances)
        if (!each.live && is_drained(each.name)) each.live = each.anew = true;
    return {};
}

// It has no call and will have none, so it can be closed for any change.
bool Reload::is_drained(const std::string& name) const {
    const auto* instance = fleet_.find_instance(name);
    const auto* load = fleet_.load(name);
    return instance && instance->config().draining() && !fleet_.removed().contains(name) && load && load->calls() == 0;
}

bool Reload::log_changed() const {
    return std::any_of(difference_.process.begin(), difference_.process.end(), [](const auto& each) { return each.live; });
}

bool Reload::any() const {
    return !fleet_.untold().empty() || log_changed() || std::any_of(difference_.instances.begin(), difference_.instances.end(), [](const Change& each) {
               return each.live && each.kind != Change::Kind::unchanged;
           });
}

// Undone on error. An instance that is closed first comes later.
Status Reload::open() {
    auto done = open_added();
    if (done) done = change_others();
    if (!done) opened_.clear();
    return done;
}

Status Reload::open_added() {
    for (const auto& each : difference_.instances) {
        if (each.kind != Change::Kind::added || !each.live) continue;
        if (fleet_.find_instance(each.name)) return Error{"instance " + each.name + " is still being removed: it has calls", EBUSY};
        auto instance = Instance::open(*fleet_.prepared().place, *find(wanted_, each.name));
        if (!instance) return of_instance(each.name, instance.error());
        opened_.push_back(*std::move(instance));
    }
    return {};
}

Status Reload::change_others() {
    std::vector<std::string> changed;
    for (const auto& each : difference_.instances) {
        if (each.kind != Change::Kind::changed || !each.live || each.anew) continue;
        auto* instance = fleet_.find_instance(each.name);
        if (auto done = instance->change(*find(wanted_, each.name)); !done) {
            for (const auto& name : changed) // what they had is there: nothing of it can fail
                (void)fleet_.find_instance(name)->change(*find(fleet_.settings(), name));
            return of_instance(each.name, done.error());
        }
        changed.push_back(each.name);
        for (const auto* worker : instance->workers())
            if (worker->child && each.workers) told_.push_back(worker->config.name());
        if (each.edge && instance->edge()) told_.push_back(instance->edge()->spec().name);
    }
    for (const auto& name : changed)
        *find(fleet_.settings(), name) = *find(wanted_, name);
    return {};
}

void Reload::adopt() {
    adopted_ = true;
    notify_reloading();
    log_changes(difference_);
    if (!any()) return log::notice("the configuration has not changed");
    adopt_instances();
    if (log_changed()) adopt_log();
    remember_who_is_told();
}

// Those that an earlier reload has not come to are told now.
void Reload::remember_who_is_told() {
    auto& untold = fleet_.untold();
    untold.insert(told_.begin(), told_.end());
    untold.insert("control");
    told_.clear();
    for (const auto* child : fleet_.children())
        if (child != &fleet_.control() && untold.contains(child->spec().name)) told_.push_back(child->spec().name);
}

void Reload::adopt_instances() {
    auto& settings = fleet_.settings();
    for (auto& instance : opened_) {
        settings.instances.push_back(*find(wanted_, instance->name()));
        fleet_.instances().push_back(std::move(instance));
    }
    opened_.clear();
    for (const auto& each : difference_.instances) {
        if (each.kind != Change::Kind::removed) continue;
        fleet_.removed().insert(each.name);
        std::erase_if(settings.instances, [&](const auto& old) { return old.config.name() == each.name; });
        if (auto* instance = fleet_.find_instance(each.name)) instance->drain(true);
    }
}

void Reload::adopt_log() {
    fleet_.settings().log = wanted_.log;
    log::configure(child::log_settings(wanted_.log));
    for (const auto* child : fleet_.children())
        if (child != &fleet_.control()) told_.push_back(child->spec().name);
}

void Reload::close_drained() {
    for (const auto& each : difference_.instances) {
        if (!each.anew) continue;
        returning_.push_back({*find(wanted_, each.name), *find(fleet_.settings(), each.name)});
        auto& all = fleet_.instances();
        const auto found = std::find_if(all.begin(), all.end(), [&](const auto& other) { return other->name() == each.name; });
        fleet_.retirement().take(std::move(*found));
        all.erase(found);
    }
}

Status Reload::end_closed() {
    if (!returning_.empty()) fleet_.retirement().stop();
    return {};
}

// What it had has been given back by now. If the new settings can't be had it gets the former ones. It stays drained.
void Reload::reopen() {
    for (const auto& each : returning_)
        if (auto opened = reopen(each); !opened) reopened_ = opened;
    forget_closed();
}

Status Reload::reopen(const Returning& each) {
    const auto& name = each.wanted.config.name();
    const auto open = [&](const options::InstanceSettings& settings) -> Status {
        auto opened = Instance::open(*fleet_.prepared().place, settings);
        if (!opened) return of_instance(name, opened.error());
        (*opened)->drain(true);
        fleet_.instances().push_back(*std::move(opened));
        return {};
    };
    const auto opened = open(each.wanted);
    if (opened) {
        *find(fleet_.settings(), name) = each.wanted;
        return opened;
    }
    if (const auto former = open(each.before); !former)
        return Error{opened.error().message + "; nor can it have its former settings again: " + former.error().message};
    return Error{opened.error().message + "; it has its former settings again", opened.error().code};
}

// Control doesn't do without them yet, or not any more. Each is drained, as it was, and takes calls again when it is told to.
void Reload::give_back() {
    for (const auto& each : returning_)
        if (auto instance = fleet_.retirement().give_back(each.before.config.name())) fleet_.instances().push_back(std::move(instance));
    forget_closed();
}

// What could not be opened again is not ours any more: another reload, which finds it in the file, adds it.
void Reload::forget_closed() {
    for (const auto& each : returning_)
        if (!fleet_.find_instance(each.before.config.name()))
            std::erase_if(fleet_.settings().instances,
                          [&](const auto& settings) { return settings.config.name() == each.before.config.name(); });
}

void Reload::back(Back way, const std::string& name, const std::string& why) {
    way == Back::give_back ? give_back() : SuccessionSteps::back(way, name, why);
}

void Reload::refuse(const std::string& why) {
    log::err("the configuration stays as it is: {}", why);
    answer_(error_of(why));
}

void Reload::finish(const Outcome& outcome) {
    if (!adopted_) return refuse(outcome.status.error().message);
    if (outcome.status) fleet_.untold().clear();
    for (const auto& name : outcome.done)
        if (name != "control") fleet_.untold().erase(name); // that one is told at last of what the others have
    notify_ready(fleet_.summary());
    for (auto& instance : fleet_.instances())
        instance->close_unused_listeners();
    if (outcome.status && reopened_) {
        const auto& file = wanted_.config_file;
        log::notice("the configuration has been loaded again{}{}", file.empty() ? "" : ": ", file);
        return answer_(reply_of(change_json(difference_)));
    }
    const auto& error = reopened_ ? outcome.status.error() : reopened_.error();
    const auto why = (reopened_ && !outcome.name.empty() ? outcome.name + ": " : "") + error.message;
    log::err("the configuration has been loaded, but not everything follows it: {}", why);
    answer_(error_of(why));
}

} // namespace rtpengine::supervisor::operation
