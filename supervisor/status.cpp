// SPDX-License-Identifier: Apache-2.0
#include "supervisor/status.h"

#include <algorithm>

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
    for (const auto& worker : config.workers())
        if (worker.index() >= interface.worker() && worker.index() < interface.worker() + interface.shards())
            names += (names.empty() ? "" : ", ") + worker.name();
    return names;
}

Json addresses(const link::LogicalInterface& interface, const std::vector<std::string>& away) {
    Json list = Json::array();
    for (const auto& local : interface.addresses())
        list.push_back(
            {{"address", text(local.address())},
             {"advertised", text(local.advertised().empty() ? local.address() : local.advertised())},
             {"port_min", local.port_min()},
             {"port_max", local.port_max()},
             {"present", std::find(away.begin(), away.end(), text(local.address())) == away.end()}});
    return list;
}

Json kernel(const KernelStatus& status) {
    return {{"table", status.table}, {"state", status.state}, {"detail", status.detail}};
}

Json interfaces(const link::InstanceConfig& instance, const link::ControlConfig& config,
                const std::vector<std::string>& away) {
    Json list = Json::array();
    for (const auto& interface : instance.interfaces())
        list.push_back({{"name", interface.name()},
                        {"worker", workers(interface, config)},
                        {"draining", interface.draining()},
                        {"addresses", addresses(interface, away)}});
    return list;
}

Json instances(const link::ControlConfig& config, const SupervisorStatus& status) {
    Json list = Json::array();
    for (const auto& instance : config.instances()) {
        const auto calls = status.calls.find(instance.name());
        list.push_back(
            {{"name", instance.name()},
             {"table", instance.table()},
             {"calls", calls == status.calls.end() ? 0 : calls->second},
             {"draining", instance.draining()},
             {"kernel", kernel(list.size() < status.kernel.size() ? status.kernel[list.size()] : KernelStatus{})},
             {"unguarded_ports", list.size() < status.unguarded.size() ? status.unguarded[list.size()] : ""},
             {"listen_ng", listeners(instance)},
             {"interfaces", interfaces(instance, config, status.away)}});
    }
    return list;
}

// Of a loop: counts by powers of two of a microsecond.
Json turns(const link::Turns& of) {
    return {{"longest_us", of.longest_us()},
            {"longest_cpu_us", of.longest_cpu_us()},
            {"elapsed", std::vector<std::uint64_t>(of.elapsed().begin(), of.elapsed().end())},
            {"cpu", std::vector<std::uint64_t>(of.cpu().begin(), of.cpu().end())}};
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
                        {"instance", child.instance},
                        {"cpu_ms", child.cpu_ms},
                        {"detail", child.detail},
                        {"turns", turns(child.turns)}});
    return list;
}

Json operations(const std::vector<OperationStatus>& all) {
    Json list = Json::array();
    for (const auto& each : all)
        list.push_back(
            {{"name", each.name}, {"step", each.step}, {"of", each.of}, {"since", each.since}, {"step_since", each.step_since}});
    return list;
}

} // namespace

std::string status_json(const SupervisorStatus& status, const link::ControlConfig& config) {
    const Json json = {{"version", status.version},
                       {"pid", status.pid},
                       {"uptime", status.uptime},
                       {"executions", status.executions},
                       {"runtime_dir", config.runtime_dir()},
                       {"instances", instances(config, status)},
                       {"operations", operations(status.operations)},
                       {"children", children(status.children)},
                       {"turns", turns(status.turns)}};
    // A child's detail is its own; what is not UTF-8 must not end us.
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace rtpengine::supervisor
