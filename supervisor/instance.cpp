// SPDX-License-Identifier: Apache-2.0
#include "supervisor/instance.h"

#include <algorithm>
#include <cerrno>

#include "supervisor/interfaces.h"
#include "supervisor/reexec/handover.h"
#include "supervisor/sockets.h"

namespace rtpengine::supervisor {

Result<std::unique_ptr<Instance>> Instance::open(Place& place, options::InstanceSettings settings) {
    std::unique_ptr<Instance> instance(new Instance(place, std::move(settings)));
    auto& config = instance->settings_.config;
    if (auto bound = instance->bind(config); !bound) return bound.error();
    if (auto checked = check_media_addresses(config); !checked) return checked.error();
    number_workers(config, instance->settings_.workers_per_interface, place.indexes);
    std::vector<std::string> all;
    for (const auto& interface : config.interfaces())
        all.push_back(interface.name());
    if (auto added = instance->add_group(all); !added) {
        instance->give_back(all);
        return added.error();
    }
    return instance;
}

Result<std::unique_ptr<Instance>> Instance::resume(Place& place, const handover::Instance& from) {
    std::unique_ptr<Instance> instance(new Instance(place, resumed(from.settings())));
    instance->listeners_ = own(from.listener_fds());
    for (const auto& interface : instance->config().interfaces())
        if (interface.shards()) place.indexes.keep(interface.worker(), interface.shards());
    instance->offload_.emplace(supervisor::resume(from.offload()));
    for (const auto& group : from.groups())
        if (auto resumed = instance->resume_group(group); !resumed) return resumed.error();
    return instance;
}

Status Instance::resume_group(const handover::Group& from) {
    std::vector<std::string> interfaces;
    for (const auto& worker : from.workers())
        interfaces.push_back(worker.interface());
    Group group{media::resume(from.media(), media::ranges_of(part(settings_, interfaces).config)), {}, {}, {}};
    for (const auto& worker : from.workers())
        if (auto resumed = Worker::resume(place_.indexes, worker))
            group.workers.push_back(*std::move(resumed));
        else
            return resumed.error();
    if (from.has_bpf()) {
        auto bpf = bpf::Forwarding::resume(from.bpf());
        if (!bpf) return bpf.error();
        group.bpf = *std::move(bpf);
    }
    groups_.push_back(std::move(group));
    return {};
}

handover::Instance Instance::hand_over() const {
    handover::Instance to;
    *to.mutable_settings() = handed_over(settings_);
    leave(listeners_, *to.mutable_listener_fds());
    supervisor::hand_over(*offload_, *to.mutable_offload());
    for (const auto& group : groups_) {
        auto& there = *to.add_groups();
        media::hand_over(group.media, *there.mutable_media());
        if (group.bpf) group.bpf->hand_over(*there.mutable_bpf());
        for (const auto& worker : group.workers) {
            auto& each = *there.add_workers();
            each.set_interface(worker->interface);
            *each.mutable_config() = worker->config;
            each.set_announced_fd(worker->announced.get());
            *each.mutable_child() = worker->child->hand_over();
        }
    }
    if (edge_) *to.mutable_edge() = edge_->hand_over();
    return to;
}

Instance::~Instance() = default;

Status Instance::bind(link::InstanceConfig& config) {
    auto sockets = bind_listeners(config);
    if (!sockets) return sockets.error();
    std::move(sockets->begin(), sockets->end(), std::back_inserter(listeners_));
    return {};
}

// Of interfaces whose workers were not made, or are gone.
void Instance::give_back(const std::vector<std::string>& interfaces) {
    for (const auto& name : interfaces)
        if (const auto* interface = find_interface(config(), name); interface && interface->shards())
            place_.indexes.give_back(interface->worker(), interface->shards());
}

Status Instance::add_group(const std::vector<std::string>& interfaces) {
    const auto settings = part(settings_, interfaces);
    auto plan = make_plan(settings, place_.runtime_dir);
    std::unique_ptr<bpf::Forwarding> bpf;
    if (!offload_) {
        auto offload = set_up_offload(settings, place_.runtime_dir, plan, bpf);
        if (!offload) return offload.error();
        offload_.emplace(*std::move(offload));
    } else if (auto extended = extend_offload(*offload_, settings, place_.runtime_dir, plan, bpf); !extended) {
        return extended;
    }
    auto media = media::open_sockets(settings, plan);
    if (!media) return media.error();
    Group group{*std::move(media), std::move(bpf), {}, {}};
    for (const auto& interface : settings.config.interfaces())
        for (auto& config : plan.workers) {
            if (config.index() < interface.worker() || config.index() >= interface.worker() + interface.shards()) continue;
            auto worker = Worker::make(place_.indexes, interface.name(), std::move(config), slots(interface));
            if (!worker) return worker.error();
            group.workers.push_back(*std::move(worker));
        }
    groups_.push_back(std::move(group));
    return {};
}

std::vector<Worker*> Instance::workers() const {
    std::vector<Worker*> all;
    for (const auto& group : groups_)
        for (const auto& worker : group.workers)
            all.push_back(worker.get());
    return all;
}

std::vector<link::WorkerInfo> Instance::worker_infos(bool control) const {
    const auto all = workers();
    auto infos = supervisor::worker_infos(config());
    std::erase_if(infos, [&](link::WorkerInfo& info) {
        const auto worker = std::find_if(all.begin(), all.end(),
                                         [&](const Worker* each) { return each->config.index() == info.index(); });
        if (worker != all.end()) {
            info.set_state_fd((*worker)->readable_records.get());
            info.set_announced_fd((control ? (*worker)->announced : (*worker)->readable_announced).get());
        }
        return worker == all.end();
    });
    return infos;
}

KernelStatus Instance::kernel() const {
    auto status = offload_->module ? offload_->module->status : offload_->without;
    if (!offload_->bpf) return status;
    std::string places;
    for (const auto& group : groups_)
        if (group.bpf) places += (places.empty() ? "" : ", ") + group.bpf->where();
    status.state = "bpf";
    status.detail = "BPF on " + places;
    return status;
}

bool Instance::wants_edge() const { return has_edge(config()); }

std::string Instance::unguarded() const {
    for (const auto& group : groups_)
        if (!group.media.unguarded.empty()) return group.media.unguarded;
    return {};
}

Status Instance::change(options::InstanceSettings wanted) {
    if (const auto* leaving = comes_back_different(config(), wanted.config))
        return Error{"interface " + leaving->name() + " is still being removed: it has calls", EBUSY};
    const auto before = settings_;
    const auto sockets_before = listeners_.size();
    keep_what_is_there(before.config, wanted.config);
    std::vector<std::string> added;
    for (const auto& interface : wanted.config.interfaces())
        if (!interface.shards()) added.push_back(interface.name());
    auto outcome = bind(wanted.config);
    if (outcome) outcome = check_media_addresses(part(wanted, added).config);
    number_workers(wanted.config, wanted.workers_per_interface, place_.indexes);
    settings_ = std::move(wanted);
    if (outcome && !added.empty()) outcome = add_group(added);
    if (outcome) {
        for (auto* worker : workers())
            worker->config.set_max_recv_iters(settings_.max_recv_iters);
        return outcome;
    }
    give_back(added);
    settings_ = before;
    listeners_.resize(sockets_before);
    return outcome;
}

void Instance::close_unused_listeners() {
    std::erase_if(listeners_, [this](const Fd& fd) {
        const auto& all = config().listeners();
        return std::none_of(all.begin(), all.end(), [&](const auto& listener) { return listener.fd() == fd.get(); });
    });
}

std::vector<std::unique_ptr<Worker>> Instance::take_workers() {
    std::vector<std::unique_ptr<Worker>> taken;
    for (auto& group : groups_)
        std::move(group.workers.begin(), group.workers.end(), std::back_inserter(taken));
    for (auto& group : groups_)
        group.workers.clear();
    return taken;
}

std::vector<std::unique_ptr<Worker>> Instance::take_interface(const std::string& name) {
    std::vector<std::unique_ptr<Worker>> taken;
    for (auto& group : groups_)
        std::erase_if(group.workers, [&](auto& worker) {
            if (worker->interface != name) return false;
            taken.push_back(std::move(worker));
            return true;
        });
    groups_.remove_if([](const Group& group) { return group.workers.empty(); });
    auto& all = *settings_.config.mutable_interfaces();
    all.erase(std::remove_if(all.begin(), all.end(), [&](const auto& each) { return each.name() == name; }), all.end());
    return taken;
}

} // namespace rtpengine::supervisor
