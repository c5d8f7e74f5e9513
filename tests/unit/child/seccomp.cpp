// SPDX-License-Identifier: Apache-2.0
#include "common/child/seccomp.h"

#include <cerrno>
#include <thread>

#include <doctest/doctest.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace rtpengine;

#if !defined(__SANITIZE_ADDRESS__)

namespace {

// It can't be taken back, so in a process of its own; `body` returns its exit code.
template <class Body> int confined(Body body) {
    const pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        _exit(child::refuse_system_calls() ? body() : 100);
    }
    int status = 0;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

template <class Call> bool is_refused(Call call) {
    errno = 0;
    return call() < 0 && errno == EPERM;
}

} // namespace

TEST_CASE("a confined process starts no program and no process, and leaves others alone") {
    CHECK(confined([] {
              char program[] = "/bin/true";
              char* argv[] = {program, nullptr};
              if (!is_refused([&] { return execv(program, argv); })) return 1;
              if (!is_refused([] { return fork(); })) return 2;
              if (!is_refused([] { return vfork(); })) return 3;
              if (!is_refused([] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); })) return 4;
              if (!is_refused([] { return unshare(CLONE_NEWUSER); })) return 5;
              if (!is_refused([] { return syscall(SYS_io_uring_setup, 8, nullptr); })) return 6;
              return is_refused([] { return syscall(SYS_mount, "x", "/", "tmpfs", 0, nullptr); }) ? 0 : 7;
          }) == 0);
}

TEST_CASE("threads, in which all that holds too, sockets and files go on") {
    CHECK(confined([] {
              bool refused = false;
              std::thread([&] { refused = is_refused([] { return fork(); }); }).join();
              if (!refused) return 1;
              const int fd = socket(AF_INET, SOCK_DGRAM, 0);
              return fd >= 0 && close(fd) == 0 && access("/", R_OK) == 0 ? 0 : 2;
          }) == 0);
}

#endif
