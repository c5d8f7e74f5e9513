// SPDX-License-Identifier: Apache-2.0
#include "supervisor/daemon.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/log.h"

namespace rtpengine::supervisor {

namespace {

constexpr rlim_t wanted_files = 1 << 20;

// The daemon ends the pipe by ending itself.
[[noreturn]] void wait_for(int outcome) {
    char word = 0;
    ssize_t length = 0;
    do
        length = read(outcome, &word, 1);
    while (length < 0 && errno == EINTR);
    _exit(length == 1 ? 0 : 255);
}

void replace(int fd, const char* path, int flags) {
    const Fd file(open(path, flags | O_CLOEXEC));
    if (file) dup2(file.get(), fd);
}

} // namespace

Status Daemon::detach() {
    std::array<int, 2> ends;
    if (pipe2(ends.data(), O_CLOEXEC) < 0) return cannot("make a pipe");
    Fd outcome(ends[0]);
    waiting_.reset(ends[1]);
    const pid_t pid = fork();
    if (pid < 0) return cannot("go to the background");
    if (pid > 0) {
        waiting_.reset();
        wait_for(outcome.get());
    }
    setsid();
    if (chdir("/") < 0) return cannot("change to /");
    replace(STDIN_FILENO, "/dev/null", O_RDONLY);
    return {};
}

void Daemon::ready(bool keep_stderr) {
    if (!waiting_) return;
    replace(STDOUT_FILENO, "/dev/null", O_WRONLY);
    if (!keep_stderr) replace(STDERR_FILENO, "/dev/null", O_WRONLY);
    // Nobody there to read it: then nobody waits.
    if (write(waiting_.get(), "1", 1) < 0) log::notice("the process that started us has gone");
    waiting_.reset();
}

Status write_pidfile(const std::string& path) {
    const Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!fd) return cannot("write the pidfile " + path);
    const auto line = std::to_string(getpid()) + "\n";
    if (write(fd.get(), line.data(), line.size()) < 0) return cannot("write the pidfile " + path);
    return {};
}

void raise_open_files_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
    rlim_t bound = wanted_files;
    std::ifstream("/proc/sys/fs/nr_open") >> bound;
    const auto more = std::max(limit.rlim_max, std::min(bound, wanted_files));
    const rlimit raised{more, more}; // beyond the hard limit wants CAP_SYS_RESOURCE
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        log::warning("cannot raise the limit of open files: {}", std::strerror(errno));
}

} // namespace rtpengine::supervisor
