// SPDX-License-Identifier: Apache-2.0
#include "supervisor/prepare.h"

#include <unistd.h>

#include "common/base/endpoint.h"
#include "common/base/log.h"
#include "common/state/map.h"
#include "supervisor/daemon.h"
#include "supervisor/media/sockets.h"
#include "supervisor/sockets.h"
#include "supervisor/process.h"

namespace rtpengine::supervisor {

namespace {

std::string runtime_path(const options::Settings& settings) {
    if (!settings.runtime_dir.empty()) return settings.runtime_dir;
    const auto& first = settings.instances[0].config.listeners(0).local();
    return default_runtime_dir(
        Endpoint{Address::from_bytes(first.address()), static_cast<std::uint16_t>(first.port())}.str());
}

Status make_state_files(const Plan& plan) {
    for (const auto& worker : plan.control.workers())
        if (auto made = state::Map::create(worker.state_path(), worker.slots()); !made) return made;
    return {};
}

} // namespace

Result<Prepared> prepare(options::Settings settings) {
    auto control = find_executable("rtpengine-control"), worker = find_executable("rtpengine-dataplane");
    if (!control) return control.error();
    if (!worker) return worker.error();
    raise_open_files_limit();
    auto directory = RuntimeDirectory::open(runtime_path(settings));
    if (!directory) return directory.error();
    auto listeners = bind_listeners(settings.instances[0].config);
    if (!listeners) return listeners.error();
    if (auto checked = check_media_addresses(settings.instances[0].config); !checked) return checked.error();
    auto plan = make_plan(settings, directory->path(), getpid());
    auto offload = set_up_offload(settings.instances[0], plan);
    if (!offload) return offload.error();
    auto media = media::open_sockets(settings.instances[0], plan);
    if (!media) return media.error();
    if (auto made = make_state_files(plan); !made) return made.error();
    return Prepared{std::move(settings), *std::move(directory), *std::move(listeners), *std::move(offload),
                    *std::move(media),   std::move(plan),       *std::move(control),   *std::move(worker)};
}

} // namespace rtpengine::supervisor
