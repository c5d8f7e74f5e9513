// SPDX-License-Identifier: Apache-2.0
#include "bench/common/netns.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rtpengine::bench {
namespace {

Error failure(const char* what) {
    return Error{fmt::format("{}: {}", what, std::strerror(errno)), errno};
}

Fd open_current() {
    return Fd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
}

} // namespace

Result<Netns> Netns::create() {
    Fd home = open_current();
    if (!home) return failure("open network namespace");
    if (::unshare(CLONE_NEWNET) != 0) return failure("make a network namespace (root is needed)");
    Fd made = open_current();
    if (::setns(home.get(), CLONE_NEWNET) != 0) return failure("return to the own network namespace");
    if (!made) return failure("open network namespace");
    return Netns(std::move(made));
}

Status Netns::within(const std::function<Status()>& work) const {
    const Fd home = open_current();
    if (!home || !enter()) return failure("enter network namespace");
    Status result = work();
    if (::setns(home.get(), CLONE_NEWNET) != 0) return failure("return to the own network namespace");
    return result;
}

bool Netns::enter() const {
    return ::setns(fd_.get(), CLONE_NEWNET) == 0;
}

std::string Netns::path() const {
    return fmt::format("/proc/{}/fd/{}", ::getpid(), fd_.get());
}

// In the child, between fork and exec.
void Netns::become(const std::vector<const char*>& program) const {
    std::vector<char*> arguments;
    for (const auto* word : program) arguments.push_back(const_cast<char*>(word));
    arguments.push_back(nullptr);
    if (enter()) ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

Status Netns::feed(const std::vector<const char*>& program, const std::string& input) const {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return failure("pipe");
    Fd read_end(ends[0]);
    Fd write_end(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return failure("fork");
    if (child == 0) {
        if (::dup2(read_end.get(), STDIN_FILENO) < 0) ::_exit(126);
        become(program);
    }
    const bool written = ::write(write_end.get(), input.data(), input.size()) == ssize_t(input.size());
    write_end.reset();
    int status = 0;
    if (::waitpid(child, &status, 0) < 0) return failure("wait for a program");
    if (!written || status != 0) return Error{fmt::format("{} failed for:\n{}", program[0], input)};
    return {};
}

std::string Netns::output(const std::vector<const char*>& program) const {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return {};
    Fd read_end(ends[0]);
    Fd write_end(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return {};
    if (child == 0) {
        if (::dup2(write_end.get(), STDOUT_FILENO) < 0) ::_exit(126);
        become(program);
    }
    write_end.reset();
    std::string text;
    char buffer[4096];
    for (ssize_t got; (got = ::read(read_end.get(), buffer, sizeof buffer)) > 0;) text.append(buffer, std::size_t(got));
    int status = 0;
    return ::waitpid(child, &status, 0) == child && status == 0 ? text : std::string();
}

} // namespace rtpengine::bench
