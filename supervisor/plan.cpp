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

link::WorkerInfo worker_info(const link::LogicalInterface& interface, int table,
                             const std::string& runtime_dir) {
    link::WorkerInfo info;
    info.set_name(std::to_string(table) + "/" + interface.name());
    info.set_state_path(runtime_dir + "/state-" + std::to_string(interface.worker()));
    info.set_slots(slots(interface));
    return info;
}

link::WorkerConfig worker_config(const link::LogicalInterface& interface, const options::Settings& settings,
                                 const link::ControlConfig& control) {
    link::WorkerConfig worker;
    worker.set_name(control.workers(static_cast<int>(interface.worker())).name());
    worker.set_index(interface.worker());
    worker.set_table(settings.instance.table());
    worker.set_runtime_dir(control.runtime_dir());
    *worker.mutable_workers() = control.workers();
    auto& addresses = *worker.mutable_addresses();
    for (const auto& local : interface.addresses())
        if (std::find(addresses.begin(), addresses.end(), local.address()) == addresses.end())
            worker.add_addresses(local.address());
    *worker.mutable_log() = settings.log;
    *worker.mutable_privileges() = control.privileges();
    worker.set_max_recv_iters(settings.max_recv_iters);
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
    instance = settings.instance;
    std::uint32_t index = 0;
    for (auto& interface : *instance.mutable_interfaces()) {
        interface.set_worker(index++);
        *control.add_workers() = worker_info(interface, instance.table(), runtime_dir);
    }
    for (const auto& interface : instance.interfaces())
        plan.workers.push_back(worker_config(interface, settings, control));
    return plan;
}

} // namespace rtpengine::supervisor
