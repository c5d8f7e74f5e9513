// SPDX-License-Identifier: Apache-2.0
// Another configuration: what can be applied while calls go on is, in the order new resources, new workers, control,
// and at last what nobody uses any more.
#include <algorithm>
#include <cerrno>

#include "common/base/log.h"
#include "common/child/config.h"
#include "common/options/difference.h"
#include "supervisor/notify.h"
#include "supervisor/operation/change_report.h"
#include "supervisor/supervisor.h"

namespace rtpengine::supervisor {

namespace {

using Kind = options::InstanceChange::Kind;

constexpr std::uint64_t again_ms = 200;

const options::InstanceSettings& settings_of(const options::Settings& settings, const std::string& name) {
    return *std::find_if(settings.instances.begin(), settings.instances.end(),
                         [&](const auto& each) { return each.config.name() == name; });
}

} // namespace

// A reload under way.
struct Supervisor::Change {
    options::Settings wanted;
    options::Difference difference;
    Answer answer;
    std::vector<std::unique_ptr<Instance>> opened; // of `added`, not ours yet
    std::vector<std::string> replacing;            // workers by name
    struct Returning {
        options::InstanceSettings wanted, before;
    };
    std::vector<Returning> returning; // closed, and to be opened again

    bool any() const {
        return log_changed() || std::any_of(difference.instances.begin(), difference.instances.end(), [](const auto& each) {
                   return each.live && each.kind != options::InstanceChange::Kind::unchanged;
               });
    }
    bool log_changed() const {
        return std::any_of(difference.process.begin(), difference.process.end(),
                           [](const auto& each) { return each.live; });
    }
};

// As soon as nothing else is going on.
void Supervisor::reload_if_wanted() {
    if (!reload_wanted_ || phase_ != Phase::running || !operation_.empty()) return;
    reload_wanted_ = false;
    reload([](const auto&) {});
}

void Supervisor::reload(const Answer& answer) {
    const auto refuse = [&](const std::string& why) {
        log::err("the configuration stays as it is: {}", why);
        link::CtlReply reply;
        reply.set_error(why);
        answer(std::move(reply));
    };
    if (phase_ != Phase::running) return refuse("rtpengine is starting or stopping");
    if (!operation_.empty()) return refuse("a " + operation_ + " is going on");
    auto wanted = load_();
    if (!wanted) return refuse(wanted.error().message);
    auto change = std::make_shared<Change>();
    change->difference = options::difference(prepared_.settings, *wanted);
    for (auto& each : change->difference.instances)
        if (!each.live && is_drained(each.name)) each.live = each.anew = true;
    change->wanted = *std::move(wanted);
    change->answer = answer;
    if (auto opened = open_added(*change); !opened) return refuse(opened.error().message);
    operation_ = "reload";
    notify_reloading();
    log_changes(change->difference);
    if (!change->any()) {
        log::notice("the configuration has not changed");
        return finish_reload(change, {});
    }
    start_added(std::move(change));
}

// It has no call and will have none, so it can be closed for any change.
bool Supervisor::is_drained(const std::string& name) const {
    const auto* instance = find_instance(name);
    const auto load = loads_.find(name);
    return instance && instance->config().draining() && !removed_.contains(name) && load != loads_.end() &&
           load->second.calls() == 0;
}

// All that can fail, before anything else is touched; undone on error. An instance that is closed first comes later.
Status Supervisor::open_added(Change& change) {
    for (const auto& each : change.difference.instances) {
        if (each.kind != Kind::added || !each.live) continue;
        if (find_instance(each.name)) return Error{"instance " + each.name + " is still being removed: it has calls", EBUSY};
        auto instance = Instance::open(*prepared_.place, settings_of(change.wanted, each.name));
        if (!instance) return Error{"instance " + each.name + ": " + instance.error().message, instance.error().code};
        change.opened.push_back(*std::move(instance));
    }
    std::vector<std::string> changed;
    for (const auto& each : change.difference.instances) {
        if (each.kind != Kind::changed || !each.live || each.anew) continue;
        auto* instance = find_instance(each.name);
        if (auto done = instance->change(settings_of(change.wanted, each.name)); !done) {
            for (const auto& name : changed) // what they had is there: nothing of it can fail
                (void)find_instance(name)->change(settings_of(prepared_.settings, name));
            return Error{"instance " + each.name + ": " + done.error().message, done.error().code};
        }
        changed.push_back(each.name);
        for (const auto* worker : instance->workers())
            if (worker->child && each.workers) change.replacing.push_back(worker->config.name());
    }
    for (auto& ours : prepared_.settings.instances)
        if (std::find(changed.begin(), changed.end(), ours.config.name()) != changed.end())
            ours = settings_of(change.wanted, ours.config.name());
    return {};
}

void Supervisor::start_added(std::shared_ptr<Change> change) {
    auto& settings = prepared_.settings;
    for (auto& instance : change->opened) {
        settings.instances.push_back(settings_of(change->wanted, instance->name()));
        prepared_.instances.push_back(std::move(instance));
    }
    change->opened.clear();
    for (const auto& each : change->difference.instances) {
        if (each.kind != Kind::removed) continue;
        removed_.insert(each.name);
        std::erase_if(settings.instances, [&](const auto& old) { return old.config.name() == each.name; });
        if (auto* instance = find_instance(each.name)) instance->drain(true);
    }
    if (change->log_changed()) {
        settings.log = change->wanted.log;
        log::configure(child::log_settings(settings.log));
        for (const auto* child : children())
            if (child != control_.get()) change->replacing.push_back(child->spec().name);
    }
    replace_each(make_new_workers(), [this, change](const auto&, const auto&, const Status& started) {
        if (!started) return finish_reload(change, started);
        std::sort(change->replacing.begin(), change->replacing.end());
        change->replacing.erase(std::unique(change->replacing.begin(), change->replacing.end()), change->replacing.end());
        replace_each(change->replacing, [this, change](const auto&, const auto&, const Status& replaced) {
            if (!replaced) return finish_reload(change, replaced);
            for (const auto& each : change->difference.instances) // at last: from here on there is no way but on
                if (each.anew) close_drained(each.name, *change);
            renew_control([this, change](const Status& renewed) {
                if (change->returning.empty()) return finish_reload(change, renewed);
                when_swept_ = [this, change] { open_again(change); };
                stop_retired();
            });
        });
    });
}

// Children for workers that have none yet, not started; their names.
std::vector<std::string> Supervisor::make_new_workers() {
    std::vector<std::string> names;
    for (auto& instance : prepared_.instances) {
        for (const auto* worker : instance->workers())
            if (!worker->child) names.push_back(worker->config.name());
        make_workers(*instance);
    }
    if (auto given = prepared_.directory.give_to(prepared_.settings.user); !given) log::err("{}", given.error().message);
    return names;
}

void Supervisor::close_drained(const std::string& name, Change& change) {
    change.returning.push_back({settings_of(change.wanted, name), settings_of(prepared_.settings, name)});
    auto& all = prepared_.instances;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each->name() == name; });
    retire((*found)->take_workers());
    leaving_.push_back(std::move(*found));
    all.erase(found);
}

// What it had has been given back by now. If the new settings can't be had it gets the former ones. It stays drained.
Status Supervisor::open_again(const options::InstanceSettings& wanted, const options::InstanceSettings& before) {
    const auto& name = wanted.config.name();
    const auto open = [&](const options::InstanceSettings& settings) -> Status {
        auto opened = Instance::open(*prepared_.place, settings);
        if (!opened) return Error{"instance " + name + ": " + opened.error().message, opened.error().code};
        (*opened)->drain(true);
        prepared_.instances.push_back(*std::move(opened));
        return {};
    };
    auto& all = prepared_.settings.instances;
    const auto entry = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.config.name() == name; });
    const auto opened = open(wanted);
    if (opened) {
        *entry = wanted;
        return opened;
    }
    if (const auto former = open(before); !former) {
        all.erase(entry);
        return Error{opened.error().message + "; nor can it have its former settings again: " + former.error().message};
    }
    return Error{opened.error().message + "; it has its former settings again", opened.error().code};
}

void Supervisor::open_again(const std::shared_ptr<Change>& change) {
    Status outcome;
    for (const auto& each : change->returning)
        if (auto opened = open_again(each.wanted, each.before); !opened) outcome = opened;
    replace_each(make_new_workers(), [this, change, outcome](const auto&, const auto&, const Status& started) {
        if (!started) return finish_reload(change, started);
        renew_control([this, change, outcome](const Status& renewed) { finish_reload(change, outcome ? renewed : outcome); });
    });
}

void Supervisor::finish_reload(const std::shared_ptr<Change>& change, const Status& outcome) {
    operation_.clear();
    notify_ready(summary());
    for (auto& instance : prepared_.instances)
        instance->close_unused_listeners();
    link::CtlReply reply;
    if (outcome) {
        log::notice("the configuration has been loaded again{}",
                    change->wanted.config_file.empty() ? "" : ": " + change->wanted.config_file);
        reply.set_json(change_json(change->difference));
    } else {
        log::err("the configuration has been loaded, but not everything follows it: {}", outcome.error().message);
        reply.set_error(outcome.error().message);
    }
    change->answer(std::move(reply));
}

// One that is wanted while another is under way comes after it, for all who asked meanwhile.
void Supervisor::renew_control(Child::Done done) {
    if (done) next_renewals_.push_back(std::move(done));
    if (!renewals_.empty() || next_renewals_.empty()) return;
    renewals_ = std::exchange(next_renewals_, {});
    control_->replace([this](const Status& status) { control_renewed(status); });
}

void Supervisor::control_renewed(const Status& status) {
    auto waiting = std::exchange(renewals_, {});
    if (!status && status.error().code == EBUSY) { // it is starting just now: with what it was told before
        next_renewals_.insert(next_renewals_.begin(), std::make_move_iterator(waiting.begin()),
                              std::make_move_iterator(waiting.end()));
        return again_.start_ms(again_ms);
    }
    loads_.clear();
    for (auto& done : waiting)
        done(status);
    again_.start_ms(0);
}

} // namespace rtpengine::supervisor
