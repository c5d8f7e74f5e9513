// SPDX-License-Identifier: Apache-2.0
#include "bench/common/daemon.h"

#include "bench/common/cpu.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rtpengine::bench {
namespace {

constexpr int stop_ms = 5000;
constexpr rlim_t descriptors = 100000;

std::string full_command(const std::string& command, bool two_interfaces) {
    const std::string interfaces =
        two_interfaces ? fmt::format("--interface=caller/{} --interface=callee/{}",
                                     proxy_address(Side::caller), proxy_address(Side::callee))
                       : fmt::format("--interface={}", proxy_address(Side::caller));
    return fmt::format("exec {} --config-file=none --table=-1 {} --listen-ng=127.0.0.1:{} --port-min=20000 "
                       "--port-max=60000 --delete-delay=0 --foreground --log-stderr --log-level=4",
                       command, interfaces, ng_port);
}

// In the child, between fork and exec: only calls that are safe there.
[[noreturn]] void become(const char* command, const Netns& proxy, int log) {
    rlimit limit{descriptors, descriptors};
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0 && ::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max; // no more than that is allowed here
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int nothing = ::open("/dev/null", O_RDONLY);
    if (!proxy.enter() || ::dup2(nothing, 0) < 0 || ::dup2(log, 1) < 0 || ::dup2(log, 2) < 0) ::_exit(126);
    ::execl("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr));
    ::_exit(127);
}

} // namespace

Result<Daemon> Daemon::start(const std::string& command, const Netns& proxy, bool two_interfaces) {
    std::string path = "/tmp/bench-daemon-XXXXXX";
    const Fd log(::mkstemp(path.data()));
    if (!log) return Error{fmt::format("{}: {}", path, std::strerror(errno)), errno};
    const auto line = full_command(command, two_interfaces);
    const pid_t child = ::fork();
    if (child < 0) return Error{fmt::format("fork: {}", std::strerror(errno)), errno};
    if (child == 0) become(line.c_str(), proxy, log.get());
    return Daemon(child, std::move(path));
}

Daemon::~Daemon() {
    (void)stop();
    if (!log_path_.empty()) ::unlink(log_path_.c_str());
}

std::uint64_t Daemon::cpu_ns() const {
    return pid_ > 0 ? tree_cpu_ns(pid_) : 0;
}

std::string Daemon::log_tail() const {
    std::ifstream file(log_path_);
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    return all.size() > 4000 ? all.substr(all.size() - 4000) : all;
}

Status Daemon::stop() {
    if (pid_ < 0) return {};
    const pid_t pid = std::exchange(pid_, -1);
    const Fd handle(int(::syscall(SYS_pidfd_open, pid, 0)));
    ::kill(pid, SIGTERM);
    pollfd ended{handle.get(), POLLIN, 0};
    const bool in_time = ::poll(&ended, 1, stop_ms) == 1;
    ::kill(-pid, SIGKILL); // and whatever it left behind in its group
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (!in_time) return Error{"the daemon did not stop on SIGTERM"};
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return Error{fmt::format("the daemon ended with wait status {:#x}", status)};
    return {};
}

} // namespace rtpengine::bench
