// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "common/options/instance.h"
#include "common/options/listen.h"

namespace rtpengine::options {

namespace {

struct Listening {
    const char* option;
    link::Transport transport;
    bool controls; // it alone would do
};
// UDP first: the first of all gives the runtime directory its name.
constexpr std::array<Listening, 5> kinds = {{
    {"listen-ng", link::UDP_NG, true},
    {"listen-tcp-ng", link::TCP_NG, true},
    {"listen-http", link::HTTP, true},
    {"listen-https", link::HTTPS, true},
    {"listen-cli", link::CLI, false},
}};
// By the specification these would do, too; as would those above that aren't built.
constexpr std::array<const char*, 2> missing_listeners = {"listen-udp", "listen-tcp"};

bool is_built(const Listening& kind) { return find(kind.option)->support == Support::built; }

void add(link::InstanceConfig& instance, const Listening& kind, const Address& address, std::uint16_t port) {
    auto& listener = *instance.add_listeners();
    listener.set_transport(kind.transport);
    listener.mutable_local()->set_address(std::string(address.raw()));
    listener.mutable_local()->set_port(port);
}

Status add_one(link::InstanceConfig& instance, const Listening& kind, const std::string& text, const Host& host) {
    const auto listen = parse_listen(text);
    if (!listen) return listen.error();
    if (listen->host.empty()) {
        add(instance, kind, Address::unspecified(Family::ipv4), listen->port);
        add(instance, kind, Address::unspecified(Family::ipv6), listen->port);
        return {};
    }
    if (const auto literal = Address::parse(listen->host)) {
        add(instance, kind, *literal, listen->port);
        return {};
    }
    const auto found = host.lookup(listen->host);
    if (found.empty()) return Error{std::string(kind.option) + ": host '" + listen->host + "' is not known"};
    add(instance, kind, found.front(), listen->port);
    return {};
}

// A port that a control socket has is no media port, whatever the address.
void exclude_from_media(link::InstanceConfig& instance) {
    for (auto& interface : *instance.mutable_interfaces())
        for (auto& local : *interface.mutable_addresses())
            for (const auto& listener : instance.listeners()) {
                if (listener.transport() != link::UDP_NG) continue;
                const auto port = listener.local().port();
                const auto& known = local.exclude_ports();
                if (port < local.port_min() || port > local.port_max()) continue;
                if (std::find(known.begin(), known.end(), port) == known.end()) local.add_exclude_ports(port);
            }
}

// Two that mean the same place can't both be bound.
Status check_once(const link::InstanceConfig& instance) {
    const auto& all = instance.listeners();
    for (auto b = all.begin(); b != all.end(); ++b)
        for (auto a = all.begin(); a != b; ++a) {
            const bool both_tcp = a->transport() != link::UDP_NG && b->transport() != link::UDP_NG;
            if (!both_tcp || a->local().SerializeAsString() != b->local().SerializeAsString()) continue;
            const Endpoint where{Address::from_bytes(a->local().address()), static_cast<std::uint16_t>(a->local().port())};
            return Error{std::string(option_of(a->transport())) + " and " + option_of(b->transport()) + " both have " + where.str() +
                         ": give each its own port"};
        }
    return {};
}

} // namespace

const char* option_of(link::Transport transport) {
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const Listening& kind) { return kind.transport == transport; });
    return found == kinds.end() ? "listener" : found->option;
}

Status add_listeners(link::InstanceConfig& instance, const Values& values, const Host& host) {
    bool controlled = false, other = false;
    for (const auto& kind : kinds)
        for (const auto& text : values.list(kind.option)) {
            if (!is_built(kind)) {
                other |= kind.controls;
                continue;
            }
            if (auto added = add_one(instance, kind, text, host); !added) return added;
            controlled |= kind.controls;
        }
    if (!controlled) {
        other |= std::any_of(missing_listeners.begin(), missing_listeners.end(),
                                       [&](const char* name) { return !values.list(name).empty(); });
        return Error{other ? "none of the control listeners given is built yet; give --listen-ng=[HOST:]PORT too"
                           : "no control listener; give --listen-ng=[HOST:]PORT"};
    }
    if (auto once = check_once(instance); !once) return once;
    exclude_from_media(instance);
    return {};
}

} // namespace rtpengine::options
