// SPDX-License-Identifier: Apache-2.0
// Settings -> what each worker is told. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/options/settings.h"
#include "link.pb.h"
#include "supervisor/indexes.h"

namespace rtpengine::supervisor {

// Workers of interfaces that come at the same time: one for each (table, logical interface), or so many shards.
struct Plan {
    std::vector<link::WorkerConfig> workers;
};

// Gives each interface that has no workers yet their places.
void number_workers(link::InstanceConfig& instance, std::uint32_t shards, Indexes& indexes);

// "0/pub", or "0/pub/1" where several share the interface. Instances without a table go by their names.
std::string worker_name(const link::InstanceConfig& instance, const link::LogicalInterface& interface, unsigned shard);

// Places for records: one for every port of every address.
std::uint32_t slots(const link::LogicalInterface& interface);

// Of all interfaces, which have their places; without descriptors.
std::vector<link::WorkerInfo> worker_infos(const link::InstanceConfig& instance);

// Whether clients come by other ways than UDP.
bool has_edge(const link::InstanceConfig& instance);
// What control is told of an instance: nothing of what the edge process does.
link::InstanceConfig without_edge(const link::InstanceConfig& instance);
// And what that one is told; whose child it is comes later.
link::EdgeConfig edge_config(const link::InstanceConfig& instance);

// For all interfaces of settings.config. What may change until a worker is started (its fellows, the log) is left out.
Plan make_plan(const options::InstanceSettings& settings, const std::string& runtime_dir);

} // namespace rtpengine::supervisor
