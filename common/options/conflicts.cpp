// SPDX-License-Identifier: Apache-2.0
#include "common/options/conflicts.h"

#include <array>
#include <optional>

#include "common/base/endpoint.h"
#include "common/options/instance.h"

namespace rtpengine::options {

namespace {

using What = std::optional<std::string>; // they share

What table(const InstanceSettings& a, const InstanceSettings& b) {
    if (a.config.table() < 0 || a.config.table() != b.config.table()) return {};
    return "kernel table " + std::to_string(a.config.table());
}

What chain(const InstanceSettings& a, const InstanceSettings& b) {
    if (a.netfilter.chain.empty() || a.netfilter.chain != b.netfilter.chain) return {};
    return "netfilter chain " + a.netfilter.chain;
}

Endpoint endpoint(const link::NgListener& listener) {
    return {Address::from_bytes(listener.local().address()), static_cast<std::uint16_t>(listener.local().port())};
}

bool over_udp(const link::NgListener& listener) { return listener.transport() == link::UDP_NG; }

bool collide(const Endpoint& a, const Endpoint& b) {
    if (a.port != b.port || a.address.family != b.address.family) return false;
    return a.address == b.address || a.address.is_unspecified() || b.address.is_unspecified();
}

What listener(const InstanceSettings& a, const InstanceSettings& b) {
    for (const auto& one : a.config.listeners())
        for (const auto& other : b.config.listeners())
            if (over_udp(one) == over_udp(other) && collide(endpoint(one), endpoint(other)))
                return (over_udp(one) ? "the NG socket (" : "the control socket (") + std::string(option_of(one.transport())) + ") " + endpoint(one).str();
    return {};
}

What ports(const link::LocalAddress& a, const link::LocalAddress& b) {
    const auto first = std::max(a.port_min(), b.port_min()), last = std::min(a.port_max(), b.port_max());
    if (a.address() != b.address() || first > last) return {};
    return "ports " + std::to_string(first) + "-" + std::to_string(last) + " of " + Address::from_bytes(a.address()).str();
}

What ports(const InstanceSettings& a, const InstanceSettings& b) {
    for (const auto& of_a : a.config.interfaces())
        for (const auto& of_b : b.config.interfaces())
            for (const auto& one : of_a.addresses())
                for (const auto& other : of_b.addresses())
                    if (auto shared = ports(one, other)) return shared;
    return {};
}

constexpr std::array<What (*)(const InstanceSettings&, const InstanceSettings&), 4> rules = {table, listener, ports, chain};

} // namespace

Status check_apart(const std::vector<InstanceSettings>& instances) {
    for (auto b = instances.begin(); b != instances.end(); ++b)
        for (auto a = instances.begin(); a != b; ++a)
            for (const auto rule : rules)
                if (const auto what = rule(*a, *b))
                    return Error{"instances " + a->config.name() + " and " + b->config.name() + " both have " + *what +
                                 ": give each its own"};
    return {};
}

} // namespace rtpengine::options
