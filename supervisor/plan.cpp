// SPDX-License-Identifier: Apache-2.0
#include "supervisor/plan.h"

#include <algorithm>

namespace rtpengine::supervisor {

namespace {

// Each shard has places for all ports of the interface, four bytes each.
link::WorkerInfo worker_info(const link::InstanceConfig& instance, const link::LogicalInterface& interface, unsigned shard) {
    link::WorkerInfo info;
    info.set_name(worker_name(instance, interface, shard));
    info.set_index(interface.worker() + shard);
    info.set_slots(slots(interface));
    return info;
}

link::WorkerConfig worker_config(const options::InstanceSettings& settings, const link::LogicalInterface& interface,
                                 unsigned shard, const std::string& runtime_dir) {
    link::WorkerConfig worker;
    worker.set_index(interface.worker() + shard);
    worker.set_name(worker_name(settings.config, interface, shard));
    worker.set_table(settings.config.table());
    worker.set_runtime_dir(runtime_dir);
    auto& addresses = *worker.mutable_addresses();
    for (const auto& local : interface.addresses())
        if (std::find(addresses.begin(), addresses.end(), local.address()) == addresses.end())
            worker.add_addresses(local.address());
    worker.set_max_recv_iters(settings.max_recv_iters);
    return worker;
}

} // namespace

void number_workers(link::InstanceConfig& instance, std::uint32_t shards, Indexes& indexes) {
    for (auto& interface : *instance.mutable_interfaces()) {
        if (interface.shards()) continue;
        interface.set_shards(shards);
        interface.set_worker(indexes.take(shards));
    }
}

std::string worker_name(const link::InstanceConfig& instance, const link::LogicalInterface& interface, unsigned shard) {
    const bool by_name = instance.table() < 0 && instance.name() != "rtpengine";
    return (by_name ? instance.name() : std::to_string(instance.table())) + "/" + interface.name() +
           (interface.shards() > 1 ? "/" + std::to_string(shard) : "");
}

std::uint32_t slots(const link::LogicalInterface& interface) {
    std::uint32_t sum = 0;
    for (const auto& local : interface.addresses())
        sum += local.port_max() - local.port_min() + 1;
    return sum;
}

std::vector<link::WorkerInfo> worker_infos(const link::InstanceConfig& instance) {
    std::vector<link::WorkerInfo> infos;
    for (const auto& interface : instance.interfaces())
        for (unsigned shard = 0; shard < interface.shards(); ++shard)
            infos.push_back(worker_info(instance, interface, shard));
    return infos;
}

bool has_edge(const link::InstanceConfig& instance) {
    const auto& all = instance.listeners();
    return std::any_of(all.begin(), all.end(), [](const auto& each) { return each.transport() != link::UDP_NG; });
}

link::InstanceConfig without_edge(const link::InstanceConfig& instance) {
    auto config = instance;
    config.clear_edge();
    auto& all = *config.mutable_listeners();
    all.erase(std::remove_if(all.begin(), all.end(), [](const auto& each) { return each.transport() != link::UDP_NG; }), all.end());
    return config;
}

link::EdgeConfig edge_config(const link::InstanceConfig& instance) {
    link::EdgeConfig edge;
    edge.set_name("edge-" + instance.name());
    edge.set_instance(instance.name());
    *edge.mutable_edge() = instance.edge();
    for (const auto& listener : instance.listeners())
        if (listener.transport() != link::UDP_NG) *edge.add_listeners() = listener;
    auto& config = *edge.mutable_config();
    config = without_edge(instance);
    config.clear_listeners(); // their descriptors are not for it
    return edge;
}

Plan make_plan(const options::InstanceSettings& settings, const std::string& runtime_dir) {
    Plan plan;
    for (const auto& interface : settings.config.interfaces())
        for (unsigned shard = 0; shard < interface.shards(); ++shard)
            plan.workers.push_back(worker_config(settings, interface, shard, runtime_dir));
    return plan;
}

} // namespace rtpengine::supervisor
