// SPDX-License-Identifier: Apache-2.0
#include "supervisor/prepare.h"

#include "common/base/endpoint.h"
#include "supervisor/daemon.h"
#include "supervisor/process.h"
#include "supervisor/reexec/handover.h"

namespace rtpengine::supervisor {

namespace {

std::string runtime_path(const options::Settings& settings) {
    if (!settings.runtime_dir.empty()) return settings.runtime_dir;
    const auto& first = settings.instances.front().config.listeners(0).local();
    return default_runtime_dir(
        Endpoint{Address::from_bytes(first.address()), static_cast<std::uint16_t>(first.port())}.str());
}

// With several, a message says which of them it is about.
Error about(const std::string& instance, const Error& error, bool several) {
    return several ? Error{"instance " + instance + ": " + error.message, error.code} : error;
}

} // namespace

Result<Prepared> prepare(options::Settings settings) {
    auto programs = find_programs();
    if (!programs) return programs.error();
    raise_open_files_limit();
    for (const auto& each : settings.instances)
        if (programs->edge.empty() && has_edge(each.config))
            return Error{"cannot find the program rtpengine-edge, which serves clients over TCP and HTTP: reinstall rtpengine"};
    auto directory = RuntimeDirectory::open(runtime_path(settings));
    if (!directory) return directory.error();
    auto place = std::make_unique<Instance::Place>(Instance::Place{directory->path(), {}});
    std::vector<std::unique_ptr<Instance>> instances;
    for (const auto& each : settings.instances) {
        auto instance = Instance::open(*place, each);
        if (!instance) return about(each.config.name(), instance.error(), settings.instances.size() > 1);
        instances.push_back(*std::move(instance));
    }
    return Prepared{std::move(settings),  *std::move(directory), std::move(place),
                    std::move(instances), *std::move(programs)};
}

Result<Prepared> resume(const handover::Handover& from) {
    auto programs = find_programs();
    if (!programs) return programs.error();
    auto directory = RuntimeDirectory::resume(from.directory());
    auto place = std::make_unique<Instance::Place>(Instance::Place{directory.path(), {}});
    std::vector<std::unique_ptr<Instance>> instances;
    for (const auto& each : from.instances()) {
        auto instance = Instance::resume(*place, each);
        if (!instance) return instance.error();
        instances.push_back(*std::move(instance));
    }
    return Prepared{resumed(from.settings()), std::move(directory), std::move(place),
                    std::move(instances), *std::move(programs)};
}

} // namespace rtpengine::supervisor
