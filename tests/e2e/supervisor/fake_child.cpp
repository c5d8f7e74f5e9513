// SPDX-License-Identifier: Apache-2.0
// Stands in for rtpengine-control and rtpengine-dataplane where the supervisor alone is tested: does what
// every child does first, proves that it can use what it was given, and then only beats. A file beside it,
// named like it plus
// ".does", changes that:
//   config-error  leave with the exit code for a configuration that can't work
//   fatal         leave with the exit code of other errors
//   not-ready     beat, but never be ready
//   babble        write a line to stderr
//   stubborn      ignore SIGTERM
//   shy           as a successor, never stand by
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/socket.h>

#include "common/base/log.h"
#include "common/child/config.h"
#include "common/child/heartbeat.h"
#include "common/child/privileges.h"
#include "common/child/signals.h"
#include "common/child/succession.h"
#include "common/state/map.h"
#include "link.pb.h"

using namespace rtpengine;

namespace {

struct Job {
    std::string name, runtime_dir;
    link::LogConfig log;
    link::Privileges privileges;
    std::vector<int> sockets;        // of control
    std::vector<int> states;         // readable by all
    int own_state = -1;              // writable, of a worker
    int predecessor = -1;            // a pidfd; -1: it is nobody's successor
};

template <class Config> void add_states(Job& job, const Config& config) {
    for (const auto& worker : config.workers())
        job.states.push_back(worker.state_fd());
}

Result<Job> control_job(int argc, char** argv) {
    const auto config = child::read<link::ControlConfig>(argc, argv);
    if (!config) return config.error();
    Job job{"control", config->runtime_dir(), config->log(), config->privileges(), {}, {}};
    for (const auto& instance : config->instances())
        for (const auto& listener : instance.listeners())
            job.sockets.push_back(listener.fd());
    add_states(job, *config);
    if (config->has_predecessor_fd()) job.predecessor = config->predecessor_fd();
    return job;
}

Result<Job> worker_job(int argc, char** argv) {
    const auto config = child::read<link::WorkerConfig>(argc, argv);
    if (!config) return config.error();
    Job job{config->name(), config->runtime_dir(), config->log(), config->privileges(), {}, {}};
    add_states(job, *config);
    job.own_state = config->state_fd();
    if (config->has_predecessor_fd()) job.predecessor = config->predecessor_fd();
    return job;
}

// With the privileges that are left.
Status check(const Job& job) {
    for (const int fd : job.sockets) {
        int type = 0;
        socklen_t length = sizeof type;
        if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0 || type != SOCK_DGRAM)
            return Error{"the NG socket was not passed on"};
    }
    for (const int fd : job.states) {
        if (auto map = state::Map::open_readonly(duplicate(fd)); !map) return map.error();
        if (state::Map::open_writable(duplicate(fd))) return Error{"the records of others can be written"};
    }
    if (job.own_state < 0) return {};
    auto map = state::Map::open_writable(duplicate(job.own_state));
    return map ? Status{} : map.error();
}

std::string behaviour(const std::filesystem::path& self) {
    std::ifstream file(self.string() + ".does");
    std::string word;
    file >> word;
    return word;
}

int serve(const Job& job, const std::string& does) {
    uv::Loop loop;
    link::Context context;
    auto heartbeat = child::Heartbeat::start(context, loop, job.runtime_dir, job.name);
    if (!heartbeat) return child::fatal(heartbeat.error());
    bool told_to_end = false;
    child::Signals signals(loop, [&] {
        if (does == "stubborn") return;
        told_to_end = true;
        loop.stop();
    });
    if (does == "babble") std::fprintf(stderr, "\033[31mlast words of %s\n", job.name.c_str());
    if (job.predecessor >= 0 && does != "shy") child::await_predecessor(loop, **heartbeat, job.predecessor);
    if (does != "not-ready" && (job.predecessor < 0 || does != "shy") && !told_to_end) (*heartbeat)->ready("fake");
    if (!told_to_end) loop.run();
    heartbeat->reset();
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const std::filesystem::path self = argv[0];
    const auto does = behaviour(self);
    const auto job =
        self.filename() == "rtpengine-control" ? control_job(argc, argv) : worker_job(argc, argv);
    if (!job) return child::fatal(job.error());
    if (does == "config-error") return child::fatal({"the fake was told so"}, child::config_error_exit);
    if (does == "fatal") return child::fatal({"the fake was told so"});
    log::configure(child::log_settings(job->log));
    if (auto entered = child::enter(job->privileges, {}); !entered) return child::fatal(entered.error());
    if (auto checked = check(*job); !checked) return child::fatal(checked.error(), child::config_error_exit);
    return serve(*job, does);
}
