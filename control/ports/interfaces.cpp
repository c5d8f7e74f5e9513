// SPDX-License-Identifier: Apache-2.0
#include "control/ports/interfaces.h"

#include <algorithm>

#include "common/base/log.h"
#include "common/base/route.h"
#include "control/random.h"
#include "link.pb.h"

namespace rtpengine::ports {

namespace {

std::vector<std::uint16_t> excluded_ports(const link::LocalAddress& config, std::vector<std::uint16_t> ports) {
    for (const auto port : config.exclude_ports()) ports.push_back(static_cast<std::uint16_t>(port));
    return ports;
}

std::unique_ptr<LogicalInterface> build(const link::LogicalInterface& config,
                                        const std::vector<std::uint16_t>& excluded, std::mt19937_64& random) {
    auto interface = std::make_unique<LogicalInterface>();
    interface->name = config.name();
    interface->draining = config.draining();
    std::uint32_t slot = 0;
    for (const auto& local : config.addresses()) {
        const auto address = Address::from_bytes(local.address());
        const auto advertised = Address::from_bytes(local.advertised());
        Pool pool(static_cast<std::uint16_t>(local.port_min()), static_cast<std::uint16_t>(local.port_max()),
                  excluded_ports(local, excluded), random);
        const auto ports = pool.total();
        interface->addresses.push_back(std::make_unique<LocalAddress>(
            LocalAddress{address, advertised.known() ? advertised : address, config.worker(), std::max(config.shards(), 1U), slot,
                         random_token(random, 16), std::move(pool)}));
        slot += ports;
    }
    return interface;
}

std::string_view base_of(std::string_view name) {
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
}

bool enough_ports(const LogicalInterface& interface, Family family) {
    const auto& local = interface.primary(family);
    return local.used() + 2 <= local.pool.total();
}

} // namespace

LocalAddress& LogicalInterface::primary(Family family) const {
    const auto found = std::find_if(addresses.begin(), addresses.end(),
                                    [family](const auto& local) { return local->address.family == family; });
    return found != addresses.end() ? **found : *addresses.front();
}

bool LogicalInterface::has(Family family) const { return primary(family).address.family == family; }

Interfaces::Interfaces(const link::InstanceConfig& config, const std::vector<std::uint16_t>& excluded,
                       std::mt19937_64& random)
    : aliases_(config.aliases().begin(), config.aliases().end()) {
    for (const auto& interface : config.interfaces())
        if (interface.addresses_size()) all_.push_back(build(interface, excluded, random));
}

LogicalInterface* Interfaces::find(std::string_view name) const {
    const auto found =
        std::find_if(all_.begin(), all_.end(), [name](const auto& interface) { return interface->name == name; });
    return found != all_.end() ? found->get() : nullptr;
}

// Round robin over BASE:SUFFIX, among members that stay and have the family and ports left.
LogicalInterface* Interfaces::rotate(std::string_view base, Family family) {
    std::vector<LogicalInterface*> members;
    for (const auto& interface : all_)
        if (base_of(interface->name) == base && !interface->draining && (family == Family::none || interface->has(family)))
            members.push_back(interface.get());
    if (members.empty()) return nullptr;
    auto& turn = turn_[std::string(base)];
    for (std::size_t i = 0; i < members.size(); ++i) {
        auto* member = members[turn++ % members.size()];
        if (enough_ports(*member, family)) return member;
    }
    return members.front();
}

// nullptr: there is none, or it drains.
LogicalInterface* Interfaces::named(std::string_view name, Family family) {
    if (auto* exact = find(name)) return exact->draining ? nullptr : exact;
    return rotate(name, family);
}

// The first, or its group; the next one that stays where it drains.
LogicalInterface& Interfaces::standard(Family family) {
    const auto base = base_of(all_.front()->name);
    if (auto* member = base.empty() ? nullptr : rotate(base, family)) return *member;
    const auto stays = std::find_if(all_.begin(), all_.end(), [](const auto& interface) { return !interface->draining; });
    return stays != all_.end() ? **stays : *all_.front();
}

LogicalInterface& Interfaces::select(std::string_view name, Family family) {
    if (const auto alias = aliases_.find(name); alias != aliases_.end()) name = alias->second;
    if (auto* found = name.empty() ? nullptr : named(name, family)) return *found;
    if (!name.empty() && find(name))
        log::warning("request names the interface '{}', which is about to go: the default is used", name);
    else if (!name.empty() && name != "internal" && name != "external")
        log::warning("request names the unknown interface '{}': the default is used", name);
    return standard(family);
}

const LogicalInterface* Interfaces::towards(const Address& peer) const {
    const auto source = source_towards(peer);
    const auto has_it = [&](const auto& interface) {
        return std::ranges::any_of(interface->addresses, [&](const auto& local) { return local->address == source; });
    };
    const auto found = source ? std::ranges::find_if(all_, has_it) : all_.end();
    if (found != all_.end()) return found->get();
    log::warning("no interface of media is on the way to the peer {} ({}): the key is ignored", peer.str(), source ? source->str() : "no route");
    return nullptr;
}

} // namespace rtpengine::ports
