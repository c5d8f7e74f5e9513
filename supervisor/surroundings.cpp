// SPDX-License-Identifier: Apache-2.0
#include "supervisor/surroundings.h"

#include "common/base/log.h"
#include "supervisor/bpf/devices.h"

namespace rtpengine::supervisor {

namespace {

constexpr std::uint64_t renew_ms = 5'000;

} // namespace

Surroundings::Surroundings(uv::Loop& loop, Prepared& prepared)
    : loop_(loop), prepared_(prepared), renew_(loop, [this] { renew(); }) {}

// What comes and goes is said by the kernel, what it means is asked for.
void Surroundings::follow() {
    renew_.start_ms(renew_ms, renew_ms);
    auto events = bpf::open_device_events();
    if (!events) return log::warning("{}", events.error().message);
    events_ = *std::move(events);
    on_events_ = std::make_unique<uv::Poll>(loop_, events_.get(), [this] {
        bpf::take_events(events_);
        look_at_addresses();
    });
}

void Surroundings::follow_devices(Group& group) {
    if (!group.bpf || group.on_devices) return;
    group.on_devices = std::make_unique<uv::Poll>(loop_, group.bpf->events(), [bpf = group.bpf.get()] { bpf->follow(); });
}

void Surroundings::renew() {
    for (auto& instance : prepared_.instances)
        for (auto& group : instance->groups()) {
            if (group.bpf) group.bpf->follow();
            if (group.media.reserved)
                if (auto renewed = group.media.reserved->renew(); !renewed) log::warning("{}", renewed.error().message);
        }
}

void Surroundings::look_at_addresses() {
    std::map<Address, std::string> users;
    for (const auto& instance : prepared_.instances)
        for (const auto& interface : instance->config().interfaces())
            for (const auto& local : interface.addresses())
                users.emplace(Address::from_bytes(local.address()),
                              "interface " + interface.name() + " of instance " + instance->name());
    for (const auto& change : addresses_.look(users, host_has)) {
        if (change.back)
            log::notice("media address {} ({}) is back", change.address.str(), change.users);
        else
            log::err("media address {} ({}) has gone from this host: its worker waits for it", change.address.str(),
                     change.users);
    }
}

} // namespace rtpengine::supervisor
