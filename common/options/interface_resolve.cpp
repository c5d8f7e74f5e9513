// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/options/interface.h"

namespace rtpengine::options {

namespace {

Error unusable(const InterfaceSpec& spec, const std::string& why) {
    return {"interface '" + spec.source + "': " + why};
}

// A group, or IPv4's everybody: neither a sender nor one party (RFC 1122 section 3.2.1.3, RFC 4291 section 2.7).
bool is_group(const Address& address) {
    if (address.family == Family::ipv6) return address.bytes[0] == 0xff;
    return address.family == Family::ipv4 && (address.bytes[0] >> 4 == 0xe || address == *Address::parse("255.255.255.255"));
}

bool usable(const SystemAddress& one) {
    return one.up && one.address.known() && !one.link_local;
}

using Addresses = std::vector<Address>;

Result<Addresses> of_system_interface(const InterfaceSpec& spec, const std::vector<SystemAddress>& all) {
    Addresses found;
    for (const auto& one : all)
        if (one.interface == spec.local && usable(one)) found.push_back(one.address);
    if (found.empty()) return unusable(spec, "system interface " + spec.local + " is not up or has no address");
    return found;
}

Result<Addresses> any_address(const InterfaceSpec& spec, const std::vector<SystemAddress>& all) {
    Addresses found;
    for (const auto& one : all)
        if (usable(one) && !one.loopback) found.push_back(one.address);
    if (found.empty())
        return unusable(spec, "no interface of this host is up and has an address (besides loopback)");
    return found;
}

Result<Addresses> local_addresses(const InterfaceSpec& spec, const Host& host) {
    if (const auto literal = Address::parse(spec.local)) return Addresses{*literal};
    const auto all = host.interfaces();
    const auto named = [&](const auto& one) { return one.interface == spec.local; };
    if (std::any_of(all.begin(), all.end(), named)) return of_system_interface(spec, all);
    if (spec.local == "any") return any_address(spec, all);
    auto found = host.lookup(spec.local);
    if (found.empty())
        return unusable(spec, "'" + spec.local + "' is no address, no system interface and no known host name");
    return found;
}

Result<Address> advertised_address(const InterfaceSpec& spec, const Host& host) {
    if (spec.advertised.empty()) return Address{};
    if (const auto literal = Address::parse(spec.advertised)) return *literal;
    const auto found = host.lookup(spec.advertised);
    if (found.empty()) return unusable(spec, "'" + spec.advertised + "' is no address and no known host name");
    return found.front();
}

} // namespace

Result<std::vector<LocalEntry>> resolve(const InterfaceSpec& spec, const Host& host) {
    const auto local = local_addresses(spec, host);
    if (!local) return local.error();
    const auto advertised = advertised_address(spec, host);
    if (!advertised) return advertised.error();
    if (advertised->is_unspecified()) return unusable(spec, "the advertised address is unspecified");
    if (is_group(*advertised)) return unusable(spec, "the advertised address " + advertised->str() + " is multicast or broadcast");
    std::vector<LocalEntry> entries;
    for (const auto& address : *local) {
        if (address.is_unspecified())
            return unusable(spec, "the address is unspecified; name a local address, or 'any'");
        if (is_group(address))
            return unusable(spec, "the address " + address.str() + " is multicast or broadcast; name one of this host");
        entries.push_back({address, advertised->known() ? *advertised : address});
    }
    return entries;
}

} // namespace rtpengine::options
