// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "common/options/instance.h"
#include "common/options/listen.h"

namespace rtpengine::options {

namespace {

// Any of them would do by the specification.
constexpr std::array<const char*, 5> other_listeners = {"listen-tcp-ng", "listen-udp", "listen-tcp",
                                                        "listen-http", "listen-https"};

void add(link::InstanceConfig& instance, const Address& address, std::uint16_t port) {
    auto& local = *instance.add_listeners()->mutable_local();
    local.set_address(std::string(address.raw()));
    local.set_port(port);
}

Status add_one(link::InstanceConfig& instance, const std::string& text, const Host& host) {
    const auto listen = parse_listen(text);
    if (!listen) return listen.error();
    if (listen->host.empty()) {
        add(instance, Address::unspecified(Family::ipv4), listen->port);
        add(instance, Address::unspecified(Family::ipv6), listen->port);
        return {};
    }
    if (const auto literal = Address::parse(listen->host)) {
        add(instance, *literal, listen->port);
        return {};
    }
    const auto found = host.lookup(listen->host);
    if (found.empty()) return Error{"listen-ng: host '" + listen->host + "' is not known"};
    add(instance, found.front(), listen->port);
    return {};
}

// A port that a control socket has is no media port, whatever the address.
void exclude_from_media(link::InstanceConfig& instance) {
    for (auto& interface : *instance.mutable_interfaces())
        for (auto& local : *interface.mutable_addresses())
            for (const auto& listener : instance.listeners()) {
                const auto port = listener.local().port();
                const auto& known = local.exclude_ports();
                if (port < local.port_min() || port > local.port_max()) continue;
                if (std::find(known.begin(), known.end(), port) == known.end()) local.add_exclude_ports(port);
            }
}

} // namespace

Status add_listeners(link::InstanceConfig& instance, const Values& values, const Host& host) {
    const auto wanted = values.list("listen-ng");
    if (wanted.empty()) {
        const bool other = std::any_of(other_listeners.begin(), other_listeners.end(),
                                       [&](const char* name) { return !values.list(name).empty(); });
        return Error{
            other ? "none of the control listeners given is built yet; give --listen-ng=[HOST:]PORT too"
                  : "no control listener; give --listen-ng=[HOST:]PORT"};
    }
    for (const auto& text : wanted)
        if (auto added = add_one(instance, text, host); !added) return added;
    exclude_from_media(instance);
    return {};
}

} // namespace rtpengine::options
