// SPDX-License-Identifier: Apache-2.0
#include "dataplane/process.h"

#include <csignal>

#include <linux/capability.h>
#include <sys/resource.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/child/config.h"
#include "common/child/heartbeat.h"
#include "common/child/privileges.h"
#include "common/child/programs.h"
#include "common/child/signals.h"
#include "common/child/succession.h"
#include "common/uv/log_drain.h"
#include "dataplane/worker/worker.h"
#include "link.pb.h"

namespace rtpengine::dataplane {

namespace {

// Bytes of memory; each port takes some 200 more.
constexpr std::size_t reserve = 2 << 20, start = 6 << 20;

// Every open port is a descriptor: as many as the supervisor lets us have.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

io::Steering to_steering(const link::Steering& config) {
    io::Steering steering;
    steering.ports = config.ports_fd();
    steering.sockets.assign(config.socket_fds().begin(), config.socket_fds().end());
    steering.addresses = config.addresses();
    steering.owner = static_cast<std::uint8_t>(config.owner());
    for (const auto& local : config.locals())
        steering.locals.push_back({Address::from_bytes(local.address()), local.index()});
    return steering;
}

Settings to_settings(const link::WorkerConfig& config) {
    Settings settings;
    settings.name = config.name();
    settings.index = config.index();
    settings.runtime_dir = config.runtime_dir();
    for (const auto& worker : config.workers()) {
        auto& others = settings.states.others;
        if (worker.index() >= others.size()) others.resize(worker.index() + 1, -1);
        others[worker.index()] = worker.state_fd();
        auto& announced = settings.states.announced;
        announced.resize(others.size(), -1);
        if (worker.announced_fd()) announced[worker.index()] = worker.announced_fd();
    }
    for (const auto& address : config.addresses())
        settings.addresses.push_back(Address::from_bytes(address));
    if (config.max_recv_iters()) settings.max_reads = config.max_recv_iters();
    settings.table = config.table();
    if (config.has_table_control_fd()) settings.table_control = config.table_control_fd();
    if (config.has_table_list_fd()) settings.table_list = config.table_list_fd();
    if (config.has_bpf_forwarding()) {
        const auto& bpf = config.bpf_forwarding();
        settings.bpf = {bpf.ports_fd(), bpf.streams_fd(), bpf.copies_fd(), bpf.seal_fd()};
    }
    settings.states.own = config.state_fd();
    if (config.has_transit_fd()) settings.transit = config.transit_fd();
    if (config.has_steering()) settings.steering = to_steering(config.steering());
    settings.start = us_of(BootClock::now());
    return settings;
}

// What a successor can find out before its predecessor is asked to end: that one still writes.
Status check(const Settings& settings) { return Records::readable(settings.states, settings.index); }

Status serve(const link::WorkerConfig& config) {
    if (auto known = child::check_programs(config); !known) return known;
    const auto settings = to_settings(config);
    link::Context context;
    uv::Loop loop;
    bool ended = false;
    const uv::LogDrain drain(loop);
    const child::Signals signals(loop, [&] {
        ended = true;
        loop.stop();
    });
    auto heartbeat = child::Heartbeat::start(context, loop, settings.runtime_dir, settings.name);
    if (!heartbeat) return heartbeat.error();
    if (config.has_predecessor_fd()) {
        if (auto checked = check(settings); !checked) return checked;
        child::await_predecessor(loop, **heartbeat, config.predecessor_fd());
        if (ended) return {};
    }
    auto worker = Worker::create(loop, settings);
    if (!worker) return worker.error();
    const auto control =
        ControlLink::connect(context, loop, settings.runtime_dir, settings.name, settings.start, **worker);
    if (!control) return control.error();
    (*worker)->on_event([&control](const Event& event) { (*control)->say(event); });
    (*heartbeat)->ready((*worker)->detail());
    loop.run();
    return {};
}

} // namespace

int run(int argc, const char* const* argv) {
    const auto config = child::read<link::WorkerConfig>(argc, argv);
    if (!config) return child::fatal(config.error(), child::config_error_exit);
    log::configure(child::log_settings(config->log(), config->instance()));
    // No memory is nobody's fault: an abort would look like one of the stream that we are at.
    if (auto held = memory::hold(reserve, start, memory::leave); !held) return child::fatal(held.error());
    raise_descriptor_limit();
    std::signal(SIGXFSZ, SIG_IGN); // a memory file that may not grow is an error of the stream that needs it
    if (auto entered = child::enter(config->privileges(), {CAP_NET_RAW}); !entered)
        return child::fatal(entered.error());
    const auto served = serve(*config);
    return served ? 0 : child::fatal(served.error());
}

} // namespace rtpengine::dataplane
