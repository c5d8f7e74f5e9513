// SPDX-License-Identifier: Apache-2.0
#include "supervisor/status.h"

#include <nlohmann/json.hpp>

#include "common/base/endpoint.h"

namespace rtpengine::supervisor {

namespace {

using Json = nlohmann::ordered_json;

std::string text(const std::string& address) {
    return Address::from_bytes(address).str();
}

Json listeners(const link::InstanceConfig& instance) {
    Json list = Json::array();
    for (const auto& listener : instance.listeners())
        list.push_back(Endpoint{Address::from_bytes(listener.local().address()),
                                static_cast<std::uint16_t>(listener.local().port())}
                           .str());
    return list;
}

// "0/pub", or "0/pub/0, 0/pub/1".
std::string workers(const link::LogicalInterface& interface, const link::ControlConfig& config) {
    std::string names;
    for (unsigned shard = 0; shard < interface.shards(); ++shard)
        names += (names.empty() ? "" : ", ") + config.workers(static_cast<int>(interface.worker() + shard)).name();
    return names;
}

Json addresses(const link::LogicalInterface& interface) {
    Json list = Json::array();
    for (const auto& local : interface.addresses())
        list.push_back(
            {{"address", text(local.address())},
             {"advertised", text(local.advertised().empty() ? local.address() : local.advertised())},
             {"port_min", local.port_min()},
             {"port_max", local.port_max()}});
    return list;
}

Json kernel(const KernelStatus& status) {
    return {{"table", status.table}, {"state", status.state}, {"detail", status.detail}};
}

Json instances(const link::ControlConfig& config, const std::vector<KernelStatus>& kernels) {
    Json list = Json::array();
    for (const auto& instance : config.instances()) {
        Json interfaces = Json::array();
        for (const auto& interface : instance.interfaces())
            interfaces.push_back({{"name", interface.name()},
                                  {"worker", workers(interface, config)},
                                  {"addresses", addresses(interface)}});
        list.push_back(
            {{"name", instance.name()},
             {"table", instance.table()},
             {"kernel", kernel(list.size() < kernels.size() ? kernels[list.size()] : KernelStatus{})},
             {"listen_ng", listeners(instance)},
             {"interfaces", std::move(interfaces)}});
    }
    return list;
}

Json children(const std::vector<ChildStatus>& all) {
    Json list = Json::array();
    for (const auto& child : all)
        list.push_back({{"name", child.name},
                        {"kind", child.kind},
                        {"pid", child.pid},
                        {"state", child.state},
                        {"restarts", child.restarts},
                        {"uptime", child.uptime},
                        {"detail", child.detail}});
    return list;
}

} // namespace

std::string status_json(const SupervisorStatus& status, const link::ControlConfig& config) {
    const Json json = {{"version", status.version},
                       {"pid", status.pid},
                       {"uptime", status.uptime},
                       {"runtime_dir", config.runtime_dir()},
                       {"instances", instances(config, status.kernel)},
                       {"children", children(status.children)}};
    // A child's detail is its own; what is not UTF-8 must not end us.
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace rtpengine::supervisor
