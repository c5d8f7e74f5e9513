// SPDX-License-Identifier: Apache-2.0
#include "control/statistics_input.h"

#include <set>

#include "common/state/totals.h"

namespace rtpengine {

namespace {

stats::Traffic operator-(const stats::Traffic& a, const stats::Traffic& b) {
    return {a.packets - b.packets, a.bytes - b.bytes, a.errors - b.errors};
}

std::set<unsigned> workers_of(const call::Instance& instance) {
    std::set<unsigned> workers;
    for (const auto& interface : instance.interfaces().all())
        for (const auto& local : interface->addresses)
            for (unsigned shard = 0; shard < local->shards; ++shard) workers.insert(local->first_worker + shard);
    return workers;
}

void add(stats::Traffic& to, const state::Sum& sum) {
    to.packets += sum.packets;
    to.bytes += sum.bytes;
    to.errors += sum.errors;
}

stats::Current current(const call::Instance& instance, const TrafficSampler& traffic) {
    stats::Current current;
    current.sessions_own = instance.calls().size();
    current.user_rate = traffic.user().per_second();
    current.kernel_rate = traffic.kernel().per_second();
    const auto& media = instance.calls().total(); // sums: a second old at most, as far as workers change them
    current.media_userspace = media.userspace;
    current.media_kernel = media.kernel;
    current.media_mixed = media.mixed;
    return current;
}

stats::Total total(const call::Instance& instance, const TrafficSampler& traffic) {
    const auto& from = instance.totals();
    stats::Total total;
    total.managed_sessions = from.managed;
    total.rejected_sessions = from.rejected;
    total.timeout_sessions = from.timeout;
    total.silent_timeout_sessions = from.silent_timeout;
    total.final_timeout_sessions = from.final_timeout;
    total.offer_timeout_sessions = from.offer_timeout;
    total.regular_terminated_sessions = from.regular;
    total.forced_terminated_sessions = from.forced;
    total.zero_way_streams = from.zero_way;
    total.one_way_streams = from.one_way;
    total.call_duration = from.duration_s;
    total.call_duration_squared = from.duration_squared_s;
    total.user = traffic.user().total();
    total.kernel = traffic.kernel().total();
    return total;
}

stats::Interface interface_of(const ports::LogicalInterface& interface) {
    const auto& local = *interface.addresses.front();
    stats::Interface to;
    to.name = interface.name;
    to.address = local.address.str();
    to.port_min = local.pool.min();
    to.port_max = local.pool.max();
    to.ports_used = local.used();
    to.ports_total = local.pool.total();
    return to;
}

} // namespace

void TrafficMeter::sample(const stats::Traffic& total) {
    rate_ = total - total_;
    total_ = total;
}

void TrafficSampler::sample(const call::Instance& instance, const worker::Workers& workers) {
    stats::Traffic user, kernel;
    for (const auto worker : workers_of(instance)) {
        const auto& header = workers.state(worker).header();
        add(user, state::sum(header.in));
        add(kernel, state::sum(header.kernel_in));
    }
    user_.sample(user);
    kernel_.sample(kernel);
}

stats::Input statistics_input(const call::Instance& instance, const TrafficSampler& traffic) {
    stats::Input input;
    input.uptime = instance.age_s();
    input.current = current(instance, traffic);
    input.total = total(instance, traffic);
    for (const auto& interface : instance.interfaces().all()) input.interfaces.push_back(interface_of(*interface));
    return input;
}

} // namespace rtpengine
