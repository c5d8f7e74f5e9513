// SPDX-License-Identifier: Apache-2.0
#include "common/child/privileges.h"

#include <csignal>
#include <fstream>
#include <functional>
#include <string>

#include <doctest/doctest.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link.pb.h"

using namespace rtpengine;

namespace {

// What can't be taken back happens in a process of its own; `body` returns its exit code.
int in_child(const std::function<int()>& body) {
    const pid_t pid = fork();
    if (pid == 0) _exit(body());
    int status = 0;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

unsigned long long capability_set(const std::string& name) {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(name + ":")) return std::stoull(line.substr(name.size() + 1), nullptr, 16);
    return ~0ULL;
}

link::Privileges privileges(const std::string& user) {
    link::Privileges p;
    p.set_user(user);
    return p;
}

} // namespace

TEST_CASE("without root every capability that is not kept is dropped") {
    CHECK(in_child([] {
              if (!child::enter(privileges(""), {})) return 1;
              rlimit core{};
              if (getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_max > 1) return 5; // keys are in memory
              if (capability_set("CapPrm") || capability_set("CapEff") || capability_set("CapAmb")) return 2;
              if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 3;
              int signal = 0;
              return prctl(PR_GET_PDEATHSIG, &signal) == 0 && signal == SIGTERM ? 0 : 4;
          }) == 0);
}

TEST_CASE("root becomes the user and keeps exactly the capabilities asked for") {
    if (geteuid() != 0) return; // shown by the end-to-end tests, which run as root
    const auto before = capability_set("CapPrm");
    CHECK(in_child([&] {
              if (!child::enter(privileges("nobody"), {CAP_NET_RAW})) return 1;
              const auto expected = before & (1ULL << CAP_NET_RAW);
              if (capability_set("CapPrm") != expected || capability_set("CapEff") != expected) return 2;
              if ((before & 1ULL << CAP_SETPCAP) && capability_set("CapBnd") != 0) return 3;
              const passwd* nobody = getpwnam("nobody");
              // A user namespace that doesn't map the user leaves us as we are.
              const bool became =
                  getuid() == nobody->pw_uid && getgid() == nobody->pw_gid && getgroups(0, nullptr) == 0;
              return became || getuid() == 0 ? 0 : 4;
          }) == 0);
}

TEST_CASE("a user that does not exist is an error that names it") {
    if (geteuid() != 0) return; // others change nothing
    CHECK(in_child([] {
              const auto entered = child::enter(privileges("no-such-user"), {});
              return !entered && entered.error().message.find("no-such-user") != std::string::npos ? 0 : 1;
          }) == 0);
}

TEST_CASE("a child whose parent is not the supervisor any more leaves") {
    CHECK(in_child([] {
              auto p = privileges("");
              p.set_supervisor_pid(getpid()); // our own pid is never our parent's
              return child::enter(p, {}) ? 1 : 0;
          }) == 0);
    const pid_t parent = getpid();
    CHECK(in_child([parent] {
              auto p = privileges("");
              p.set_supervisor_pid(parent);
              return child::enter(p, {}) ? 0 : 1;
          }) == 0);
}
