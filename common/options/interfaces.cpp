// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/options/convert.h"
#include "common/options/instance.h"
#include "common/options/interface.h"

namespace rtpengine::options {

namespace {

struct Ports {
    std::uint32_t min, max;
};

// RTP takes an even port and RTCP the next one.
bool has_pair(Ports ports, const std::vector<std::uint16_t>& excluded) {
    const auto free = [&](std::uint32_t port) { return std::find(excluded.begin(), excluded.end(), port) == excluded.end(); };
    for (auto even = ports.min + ports.min % 2; even < ports.max; even += 2)
        if (free(even) && free(even + 1)) return true;
    return false;
}

Status check(Ports ports, const InterfaceSpec& spec) {
    const auto wrong = [&](const std::string& why) { return Error{"interface '" + spec.source + "': " + why}; };
    if (ports.min > ports.max) return wrong("port-min is above port-max");
    if (has_pair(ports, spec.exclude_ports)) return {};
    return wrong("ports " + std::to_string(ports.min) + "-" + std::to_string(ports.max) +
                 " hold no even port and the next one, which RTP and RTCP take: widen port-min and port-max");
}

// Several in one word, as a file has them: "pub1/A;pub2/B". What holds none is for the grammar to refuse.
std::vector<std::string_view> one_by_one(std::string_view text) {
    auto parts = split(text, ';');
    return parts.empty() ? std::vector{text} : parts;
}

// Those of --interface first, then the file's sections in its order.
Result<std::vector<InterfaceSpec>> specs(const Values& values, const KeyFile* file) {
    std::vector<InterfaceSpec> all;
    for (const auto& text : values.list("interface"))
        for (const auto one : one_by_one(text)) {
            auto spec = parse_interface(one);
            if (!spec) return spec.error();
            all.push_back(*std::move(spec));
        }
    const auto prefix = values.text("interfaces-config");
    if (prefix.empty() || !file) return all;
    for (const auto* section : file->with_prefix(prefix)) {
        auto spec = parse_interface(*section, prefix);
        if (!spec) return spec.error();
        all.push_back(*std::move(spec));
    }
    return all;
}

link::LogicalInterface& named(link::InstanceConfig& instance, const std::string& name) {
    for (auto& interface : *instance.mutable_interfaces())
        if (interface.name() == name) return interface;
    auto& added = *instance.add_interfaces();
    added.set_name(name);
    return added;
}

Status add(link::InstanceConfig& instance, const InterfaceSpec& spec, const Host& host, Ports global) {
    const auto entries = resolve(spec, host);
    if (!entries) return entries.error();
    const Ports ports{spec.port_min ? spec.port_min : global.min, spec.port_max ? spec.port_max : global.max};
    if (auto fine = check(ports, spec); !fine) return fine;
    auto& interface = named(instance, spec.name);
    for (const auto& entry : *entries) {
        auto& local = *interface.add_addresses();
        local.set_address(std::string(entry.address.raw()));
        if (entry.advertised != entry.address) local.set_advertised(std::string(entry.advertised.raw()));
        local.set_port_min(ports.min);
        local.set_port_max(ports.max);
        for (const auto port : spec.exclude_ports)
            local.add_exclude_ports(port);
    }
    return {};
}

} // namespace

Status add_interfaces(link::InstanceConfig& instance, const Values& values, const KeyFile* file,
                      const Host& host) {
    const Ports global{static_cast<std::uint32_t>(values.integer("port-min")),
                       static_cast<std::uint32_t>(values.integer("port-max"))};
    const auto all = specs(values, file);
    if (!all) return all.error();
    for (const auto& spec : *all) {
        if (!spec.alias_of.empty())
            (*instance.mutable_aliases())[spec.name] = spec.alias_of;
        else if (auto added = add(instance, spec, host, global); !added)
            return added;
    }
    if (instance.interfaces().empty()) return Error{"no media interface; give --interface=[NAME/]ADDRESS"};
    return {};
}

} // namespace rtpengine::options
