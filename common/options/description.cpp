// SPDX-License-Identifier: Apache-2.0
#include "common/options/description.h"

#include "common/base/endpoint.h"
#include "common/options/instance.h"

namespace rtpengine::options {

namespace {

std::string listeners(const link::InstanceConfig& config) {
    std::string ng, others;
    for (const auto& listener : config.listeners()) {
        const Endpoint local{Address::from_bytes(listener.local().address()), static_cast<std::uint16_t>(listener.local().port())};
        if (listener.transport() == link::UDP_NG)
            ng += (ng.empty() ? "" : ", ") + local.str();
        else
            others += std::string(", ") + option_of(listener.transport()) + " " + local.str();
    }
    return (ng.empty() ? "no NG over UDP" : "NG on " + ng) + others;
}

std::string addresses(const link::LogicalInterface& interface) {
    std::string text;
    for (const auto& local : interface.addresses())
        text += (text.empty() ? "" : "; ") + Address::from_bytes(local.address()).str() +
                (local.advertised().empty() ? "" : " as " + Address::from_bytes(local.advertised()).str()) + ", ports " +
                std::to_string(local.port_min()) + "-" + std::to_string(local.port_max());
    return text;
}

std::string describe(const link::InstanceConfig& config) {
    auto text = "instance " + config.name() + ": " +
                (config.table() < 0 ? "no kernel table" : "table " + std::to_string(config.table())) + ", " +
                listeners(config) + "\n";
    for (const auto& interface : config.interfaces())
        text += "  interface " + interface.name() + ": " + addresses(interface) + "\n";
    return text;
}

} // namespace

std::string describe(const Settings& settings) {
    std::string text;
    for (const auto& instance : settings.instances)
        text += describe(instance.config);
    return text + "The configuration is valid.\n";
}

} // namespace rtpengine::options
