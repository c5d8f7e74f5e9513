// SPDX-License-Identifier: Apache-2.0
// What nobody uses any more goes: control is told first, then the processes end, then what they had is given back.
#include <algorithm>

#include "common/base/log.h"
#include "supervisor/supervisor.h"

namespace rtpengine::supervisor {

// Instances and interfaces that are no longer wanted and have no calls any more; control is told first.
void Supervisor::remove_drained() {
    if (!operation_.empty() || !renewals_.empty() || !next_renewals_.empty()) return;
    bool any = false;
    const auto empty = [this](const std::string& name) {
        const auto load = loads_.find(name);
        return load != loads_.end() && load->second.calls() == 0;
    };
    for (auto& instance : prepared_.instances)
        for (const auto& interface : std::vector(instance->config().interfaces().begin(),
                                                 instance->config().interfaces().end())) {
            const auto load = loads_.find(instance->name());
            if (!interface.draining() || load == loads_.end()) continue;
            const auto ports = load->second.ports().find(interface.name());
            if (ports != load->second.ports().end() && ports->second > 0) continue;
            log::notice("instance {}: interface {} is empty and goes", instance->name(), interface.name());
            retire(instance->take_interface(interface.name()));
            surroundings_.renew();
            any = true;
        }
    for (auto& instance : prepared_.instances) {
        if (!removed_.contains(instance->name()) || !empty(instance->name())) continue;
        log::notice("instance {} is empty and goes", instance->name());
        removed_.erase(instance->name());
        retire(instance->take_workers());
        leaving_.push_back(std::move(instance));
        any = true;
    }
    std::erase(prepared_.instances, nullptr);
    if (any) renew_control([this](const Status&) { stop_retired(); });
}

void Supervisor::retire(std::vector<std::unique_ptr<Worker>> workers) {
    std::move(workers.begin(), workers.end(), std::back_inserter(retired_));
}

void Supervisor::stop_retired() {
    for (auto& worker : retired_)
        if (worker->child) worker->child->stop();
}

void Supervisor::sweep() {
    std::erase_if(retired_, [](const auto& worker) {
        if (worker->child && worker->child->state() != State::down) return false;
        return true;
    });
    if (!retired_.empty()) return;
    leaving_.clear();
    surroundings_.renew();
    if (const auto done = std::exchange(when_swept_, nullptr)) done();
}

} // namespace rtpengine::supervisor
