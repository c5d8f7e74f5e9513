// SPDX-License-Identifier: Apache-2.0
#include "common/base/log.h"
#include "common/child/config.h"
#include "common/child/heartbeat.h"
#include "common/child/privileges.h"
#include "common/child/signals.h"
#include "common/child/succession.h"
#include "common/uv/log_drain.h"
#include "edge/service.h"

using namespace rtpengine;

int main(int argc, char** argv) {
    const auto config = child::read<link::EdgeConfig>(argc, argv);
    if (!config) return child::fatal(config.error());
    log::configure(child::log_settings(config->log(), config->several() ? config->instance() : std::string()));
    if (const auto entered = child::enter(config->privileges(), {}); !entered) return child::fatal(entered.error());

    uv::Loop loop;
    link::Context context;
    std::unique_ptr<edge::Service> service;
    bool ended = false;
    const uv::LogDrain drain(loop);
    const child::Signals signals(loop, [&] {
        ended = true;
        service ? service->finish([&loop] { loop.stop(); }) : loop.stop();
    });
    auto heartbeat = child::Heartbeat::start(context, loop, config->runtime_dir(), config->name());
    if (!heartbeat) return child::fatal(heartbeat.error());
    if (config->has_predecessor_fd()) child::await_predecessor(loop, **heartbeat, config->predecessor_fd());
    if (ended) return 0;
    auto created = edge::Service::create(loop, context, *config);
    if (!created) return child::fatal(created.error(), child::config_error_exit);
    service = *std::move(created);
    (*heartbeat)->fill([&service](link::Heartbeat& beat) { beat.set_detail(service->detail()); });
    (*heartbeat)->ready(service->detail());
    loop.run();
    return 0;
}
