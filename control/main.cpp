// SPDX-License-Identifier: Apache-2.0
#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/child/config.h"
#include "common/child/heartbeat.h"
#include "common/child/privileges.h"
#include "common/child/signals.h"
#include "common/child/succession.h"
#include "common/uv/log_drain.h"
#include "control/service.h"

using namespace rtpengine;

int main(int argc, char** argv) {
    const auto config = child::read<link::ControlConfig>(argc, argv);
    if (!config) return child::fatal(config.error());
    log::configure(child::log_settings(config->log()));
    if (const auto held = memory::hold(8 << 20, 4 << 20); !held) return child::fatal(held.error());
    if (const auto entered = child::enter(config->privileges(), {}); !entered) return child::fatal(entered.error());

    uv::Loop loop;
    link::Context context;
    std::unique_ptr<Service> service;
    bool ended = false;
    const uv::LogDrain drain(loop);
    const child::Signals signals(loop, [&] {
        ended = true;
        service ? service->finish([&loop] { loop.stop(); }) : loop.stop();
    });
    auto heartbeat = child::Heartbeat::start(context, loop, config->runtime_dir(), "control");
    if (!heartbeat) return child::fatal(heartbeat.error());
    if (config->has_predecessor_fd()) child::await_predecessor(loop, **heartbeat, config->predecessor_fd());
    if (ended) return 0;
    auto created = Service::create(loop, *config);
    if (!created) return child::fatal(created.error());
    (*created)->restore();
    if (ended) return 0;
    service = *std::move(created);
    if (const auto serves = service->serve(context, *config); !serves) return child::fatal(serves.error());
    (*heartbeat)->fill([&service](link::Heartbeat& beat) { service->add_loads(beat); });
    (*heartbeat)->on_message([&service](const link::FromSupervisor& message) {
        if (message.has_poisoned()) service->end_poisoned(message.poisoned());
    });
    service->when_ready([&heartbeat] { (*heartbeat)->ready("NG served"); });
    loop.run();
    return 0;
}
