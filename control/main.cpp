// SPDX-License-Identifier: Apache-2.0
#include "common/base/log.h"
#include "common/child/config.h"
#include "common/child/heartbeat.h"
#include "common/child/privileges.h"
#include "common/child/signals.h"
#include "control/service.h"

using namespace rtpengine;

int main(int argc, char** argv) {
    const auto config = child::read<link::ControlConfig>(argc, argv);
    if (!config) return child::fatal(config.error());
    log::configure(child::log_settings(config->log()));
    if (const auto entered = child::enter(config->privileges(), {}); !entered) return child::fatal(entered.error());

    uv::Loop loop;
    link::Context context;
    const child::Signals signals(loop, [&loop] { loop.stop(); });
    auto heartbeat = child::Heartbeat::start(context, loop, config->runtime_dir(), "control");
    if (!heartbeat) return child::fatal(heartbeat.error());
    auto service = Service::start(context, loop, *config);
    if (!service) return child::fatal(service.error());
    (*service)->when_ready([&heartbeat] { (*heartbeat)->ready("NG served"); });
    loop.run();
    return 0;
}
