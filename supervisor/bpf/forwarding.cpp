// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/forwarding.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/epoll.h>

#include "common/base/log.h"
#include "supervisor/bpf/policies.h"

namespace rtpengine::supervisor::bpf {

namespace {

bool has(const std::vector<Address>& addresses, Family family) {
    return std::any_of(addresses.begin(), addresses.end(),
                       [family](const Address& address) { return address.family == family; });
}

} // namespace

Forwarding::Forwarding(ForwardingPlan plan, Program program, Events events, bool changed_ipv4, bool changed_ipv6)
    : plan_(std::move(plan)),
      program_(std::move(program)),
      device_events_(std::move(events.devices)),
      policy_events_(std::move(events.policies)),
      any_event_(std::move(events.any)),
      ipv4_(Family::ipv4, changed_ipv4),
      ipv6_(Family::ipv6, changed_ipv6) {}

Result<Forwarding::Events> Forwarding::open_events() {
    auto devices = open_device_events();
    if (!devices) return devices.error();
    auto policies = open_policy_events();
    if (!policies) return policies.error();
    Events events{*std::move(devices), *std::move(policies), Fd(epoll_create1(EPOLL_CLOEXEC))};
    for (const auto* each : {&events.devices, &events.policies}) {
        epoll_event event{.events = EPOLLIN, .data = {}};
        if (*each && epoll_ctl(events.any.get(), EPOLL_CTL_ADD, each->get(), &event) < 0)
            return Error{std::string("cannot follow what happens to interfaces: ") + std::strerror(errno), errno};
    }
    return events;
}

Result<std::unique_ptr<Forwarding>> Forwarding::open(ForwardingPlan plan) {
    auto program = Program::load(plan.streams, plan.workers);
    if (!program) return program.error();
    auto events = open_events();
    if (!events) return events.error();
    std::unique_ptr<Forwarding> forwarding(
        new Forwarding(std::move(plan), *std::move(program), *std::move(events)));
    forwarding->follow();
    if (!forwarding->places_.empty() || !forwarding->obstacle_.empty()) return forwarding;
    return Error{"cannot forward by BPF: no interface takes the program", ENODEV};
}

Result<std::unique_ptr<Forwarding>> Forwarding::resume(const handover::BpfForwarding& from) {
    auto events = open_events();
    if (!events) return events.error();
    ForwardingPlan plan{{}, from.streams(), from.workers(), from.handle()};
    for (const auto& address : from.addresses())
        plan.addresses.push_back(Address::from_bytes(address));
    std::unique_ptr<Forwarding> forwarding(new Forwarding(std::move(plan), Program::resume(from), *std::move(events),
                                                          from.changed_ipv4(), from.changed_ipv6()));
    for (const auto& place : from.places()) {
        const Device device{place.device(), place.name(), static_cast<LinkHeader>(place.header())};
        forwarding->places_.emplace(device.index, Place{device, Hook::resume(place)});
    }
    forwarding->follow(); // nobody listened meanwhile
    return forwarding;
}

void Forwarding::hand_over(handover::BpfForwarding& to) const {
    for (const auto& address : plan_.addresses)
        to.add_addresses(std::string(address.raw()));
    to.set_streams(plan_.streams);
    to.set_workers(plan_.workers);
    to.set_handle(plan_.handle);
    program_.hand_over(to);
    for (const auto& [index, place] : places_) {
        auto& there = *to.add_places();
        there.set_device(index);
        there.set_name(place.device.name);
        there.set_header(static_cast<std::uint32_t>(place.device.header));
        place.hook.hand_over(there);
    }
    to.set_changed_ipv4(ipv4_.changed());
    to.set_changed_ipv6(ipv6_.changed());
}

void Forwarding::follow() {
    take_events(device_events_);
    if (policy_events_) take_events(policy_events_);
    if (stands_back()) return;
    ensure_routing();
    const auto wanted = devices_with(plan_.addresses);
    if (!wanted) return complain("", wanted.error());
    leave(*wanted);
    for (const auto& device : *wanted)
        if (!places_.contains(device.index)) join(device);
}

// What it can't see it must assume.
bool Forwarding::stands_back() {
    const auto policies = list_policies();
    const auto now = policies ? passed_by(*policies, plan_.addresses) : policies.error().message;
    if (std::exchange(obstacle_, now) != now) {
        if (now.empty()) log::notice("BPF: nothing stands against it any more");
        else log::warning("BPF: stands back, what it forwards would pass by {}; packets are forwarded in userspace", now);
    }
    if (!now.empty()) places_.clear();
    return !now.empty();
}

void Forwarding::leave(const std::vector<Device>& wanted) {
    std::erase_if(places_, [&](const auto& place) {
        const auto& device = place.second.device;
        const auto same = [&](const Device& other) {
            return other.index == device.index && other.header == device.header;
        };
        if (std::any_of(wanted.begin(), wanted.end(), same) && place.second.hook.is_there()) return false;
        log::info("BPF: no longer on {}", device.name);
        return true;
    });
}

void Forwarding::join(const Device& device) {
    auto hook = Hook::attach(device, program_, plan_.handle);
    if (!hook) return complain(device.name, hook.error());
    complain(device.name, {});
    places_.emplace(device.index, Place{device, *std::move(hook)});
    log::info("BPF: forwarding what arrives on {}", device.name);
}

void Forwarding::ensure_routing() {
    if (has(plan_.addresses, Family::ipv4)) complain("IPv4", ipv4_.ensure());
    if (has(plan_.addresses, Family::ipv6)) complain("IPv6", ipv6_.ensure());
}

void Forwarding::complain(const std::string& about, const Status& status) {
    const auto message = status ? std::string{} : status.error().message;
    if (std::exchange(complaints_[about], message) == message || status) return;
    log::warning("BPF: {}; packets of {} are forwarded in userspace", message,
                 about.empty() ? "new interfaces" : about);
}

std::string Forwarding::where() const {
    if (!obstacle_.empty()) return "nowhere, it stands back: " + obstacle_;
    std::string names;
    for (const auto& [index, place] : places_)
        names += (names.empty() ? "" : ", ") + place.device.name;
    return names.empty() ? "no interface" : names;
}

} // namespace rtpengine::supervisor::bpf
