// SPDX-License-Identifier: Apache-2.0
#include "supervisor/operation/removal.h"

#include <algorithm>

#include "common/base/log.h"

namespace rtpengine::supervisor::operation {

namespace {

bool has_no_calls(const Fleet& fleet, const Instance& instance) {
    const auto* load = fleet.load(instance.name());
    return load && load->calls() == 0;
}

// Interfaces of an instance that drain and have no port open.
std::vector<std::string> empty_interfaces(const Fleet& fleet, const Instance& instance) {
    std::vector<std::string> names;
    const auto* load = fleet.load(instance.name());
    for (const auto& interface : instance.config().interfaces()) {
        if (!interface.draining() || !load) continue;
        const auto ports = load->ports().find(interface.name());
        if (ports == load->ports().end() || ports->second == 0) names.push_back(interface.name());
    }
    return names;
}

} // namespace

bool Removal::is_wanted(const Fleet& fleet) {
    const auto& all = fleet.prepared().instances;
    return std::any_of(all.begin(), all.end(), [&](const auto& instance) {
        return !empty_interfaces(fleet, *instance).empty() ||
               (fleet.removed().contains(instance->name()) && has_no_calls(fleet, *instance));
    });
}

Status Removal::begin(Step step, const std::string& name) {
    if (step == Step::set_aside)
        set_aside();
    else if (step == Step::ended)
        fleet_.retirement().stop();
    else
        return SuccessionSteps::begin(step, name);
    return {};
}

Result<bool> Removal::came(Step step, const std::string& name) {
    return step == Step::ended ? fleet_.retirement().is_empty() : SuccessionSteps::came(step, name);
}

void Removal::set_aside() {
    for (auto& instance : fleet_.instances())
        for (const auto& interface : empty_interfaces(fleet_, *instance)) {
            log::notice("instance {}: interface {} is empty and goes", instance->name(), interface);
            fleet_.retirement().take(instance->take_interface(interface));
            fleet_.surroundings().renew();
        }
    for (auto& instance : fleet_.instances()) {
        if (!fleet_.removed().contains(instance->name()) || !has_no_calls(fleet_, *instance)) continue;
        log::notice("instance {} is empty and goes", instance->name());
        fleet_.removed().erase(instance->name());
        fleet_.retirement().take(std::move(instance));
    }
    std::erase(fleet_.instances(), nullptr);
}

} // namespace rtpengine::supervisor::operation
