// SPDX-License-Identifier: Apache-2.0
#include "supervisor/plan.h"

#include <algorithm>

namespace rtpengine::supervisor {

namespace {

// A record for every port of every address.
std::uint32_t slots(const link::LogicalInterface& interface) {
    std::uint32_t sum = 0;
    for (const auto& local : interface.addresses())
        sum += local.port_max() - local.port_min() + 1;
    return sum;
}

// "0/pub", or "0/pub/1" where several share the interface. Each has records for all of its ports: memory that nobody
// touches costs nothing.
link::WorkerInfo worker_info(const link::LogicalInterface& interface, unsigned shard, int table,
                             const std::string& runtime_dir) {
    link::WorkerInfo info;
    info.set_name(std::to_string(table) + "/" + interface.name() +
                  (interface.shards() > 1 ? "/" + std::to_string(shard) : ""));
    info.set_state_path(runtime_dir + "/state-" + std::to_string(interface.worker() + shard));
    info.set_slots(slots(interface));
    info.set_index(interface.worker() + shard);
    return info;
}

link::WorkerConfig worker_config(const link::LogicalInterface& interface, unsigned shard, const options::Settings& settings,
                                 const link::ControlConfig& control) {
    link::WorkerConfig worker;
    worker.set_index(interface.worker() + shard);
    worker.set_name(control.workers(static_cast<int>(worker.index())).name());
    worker.set_table(settings.instances[0].config.table());
    worker.set_runtime_dir(control.runtime_dir());
    *worker.mutable_workers() = control.workers();
    auto& addresses = *worker.mutable_addresses();
    for (const auto& local : interface.addresses())
        if (std::find(addresses.begin(), addresses.end(), local.address()) == addresses.end())
            worker.add_addresses(local.address());
    *worker.mutable_log() = settings.log;
    *worker.mutable_privileges() = control.privileges();
    worker.set_max_recv_iters(settings.instances[0].max_recv_iters);
    return worker;
}

} // namespace

Plan make_plan(const options::Settings& settings, const std::string& runtime_dir, int supervisor_pid) {
    Plan plan;
    auto& control = plan.control;
    control.set_runtime_dir(runtime_dir);
    *control.mutable_log() = settings.log;
    control.mutable_privileges()->set_user(settings.user);
    control.mutable_privileges()->set_supervisor_pid(supervisor_pid);
    auto& instance = *control.add_instances();
    instance = settings.instances[0].config;
    for (auto& interface : *instance.mutable_interfaces()) {
        interface.set_worker(static_cast<std::uint32_t>(control.workers_size()));
        interface.set_shards(settings.instances[0].workers_per_interface);
        for (unsigned shard = 0; shard < interface.shards(); ++shard)
            *control.add_workers() = worker_info(interface, shard, instance.table(), runtime_dir);
    }
    for (const auto& interface : instance.interfaces())
        for (unsigned shard = 0; shard < interface.shards(); ++shard)
            plan.workers.push_back(worker_config(interface, shard, settings, control));
    return plan;
}

std::vector<int> inherited(const link::WorkerConfig& worker) {
    std::vector<int> descriptors;
    if (worker.has_table_control_fd()) descriptors = {worker.table_control_fd(), worker.table_list_fd()};
    if (worker.has_bpf_forwarding()) {
        const auto& bpf = worker.bpf_forwarding();
        descriptors.insert(descriptors.end(), {bpf.ports_fd(), bpf.streams_fd(), bpf.copies_fd(), bpf.seal_fd()});
    }
    if (!worker.has_steering()) return descriptors;
    descriptors.push_back(worker.steering().ports_fd());
    descriptors.insert(descriptors.end(), worker.steering().socket_fds().begin(), worker.steering().socket_fds().end());
    return descriptors;
}

} // namespace rtpengine::supervisor
