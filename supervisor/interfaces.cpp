// SPDX-License-Identifier: Apache-2.0
#include "supervisor/interfaces.h"

#include <algorithm>

namespace rtpengine::supervisor {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool same(const link::NgListener& a, const link::NgListener& b) {
    return a.transport() == b.transport() && a.local().address() == b.local().address() && a.local().port() == b.local().port();
}

} // namespace

const link::LogicalInterface* find_interface(const link::InstanceConfig& config, const std::string& name) {
    const auto& all = config.interfaces();
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name() == name; });
    return found == all.end() ? nullptr : &*found;
}

options::InstanceSettings part(const options::InstanceSettings& settings, const std::vector<std::string>& interfaces) {
    auto part = settings;
    auto& all = *part.config.mutable_interfaces();
    all.erase(std::remove_if(all.begin(), all.end(), [&](const auto& each) { return !contains(interfaces, each.name()); }),
              all.end());
    return part;
}

const link::LogicalInterface* comes_back_different(const link::InstanceConfig& now, const link::InstanceConfig& wanted) {
    for (const auto& old : now.interfaces()) {
        const auto* again = old.draining() ? find_interface(wanted, old.name()) : nullptr;
        if (again && !std::equal(old.addresses().begin(), old.addresses().end(), again->addresses().begin(),
                                 again->addresses().end(), [](const auto& a, const auto& b) {
                                     return a.SerializeAsString() == b.SerializeAsString();
                                 }))
            return &old;
    }
    return nullptr;
}

void keep_what_is_there(const link::InstanceConfig& from, link::InstanceConfig& to) {
    to.set_draining(from.draining());
    for (auto& listener : *to.mutable_listeners())
        for (const auto& old : from.listeners())
            if (same(old, listener)) listener.set_fd(old.fd());
    for (auto& interface : *to.mutable_interfaces())
        if (const auto* old = find_interface(from, interface.name())) {
            interface = *old;
            interface.set_draining(false);
        }
    for (const auto& old : from.interfaces()) {
        if (find_interface(to, old.name())) continue;
        auto& leaving = *to.add_interfaces();
        leaving = old;
        leaving.set_draining(true);
    }
}

} // namespace rtpengine::supervisor
