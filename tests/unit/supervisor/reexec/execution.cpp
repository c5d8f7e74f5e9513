// SPDX-License-Identifier: Apache-2.0
#include "supervisor/reexec/execution.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>

using namespace rtpengine;
using namespace rtpengine::supervisor;

namespace {

struct Folder {
    Folder() {
        std::string name = "/tmp/execution-XXXXXX";
        REQUIRE(mkdtemp(name.data()));
        path = name;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string script(const std::string& body) const {
        std::ofstream(path + "/program") << "#!/bin/sh\n" << body << "\n";
        std::filesystem::permissions(path + "/program", std::filesystem::perms::owner_all);
        return path + "/program";
    }
    std::string path;
};

Status rehearse(const std::string& program, const handover::Handover& handover = {}) {
    uv::Loop loop;
    std::optional<Status> outcome;
    const auto rehearsal = Rehearsal::start(loop, program, handover, [&](const Status& status) {
        outcome = status;
        loop.stop();
    });
    if (!rehearsal) return rehearsal.error();
    loop.run();
    REQUIRE(outcome);
    return *outcome;
}

bool is_blocked(int signal) {
    sigset_t now;
    pthread_sigmask(SIG_BLOCK, nullptr, &now);
    return sigismember(&now, signal) == 1;
}

} // namespace

TEST_CASE("the option in front of a command line") {
    CHECK(handover_fd({"--handover=7", "--foreground"}, handover_option) == 7);
    CHECK(handover_fd({"--check-handover=7"}, check_option) == 7);
    CHECK_FALSE(handover_fd({"--foreground", "--handover=7"}, handover_option));
    CHECK_FALSE(handover_fd({}, handover_option));
    CHECK(handover_fd({"--handover=x"}, handover_option) == -1); // no descriptor: reading it fails
    CHECK(handover_fd({"--handover=-3"}, handover_option) == -1);
}

TEST_CASE("a program is asked before it takes over") {
    const Folder folder;
    handover::Handover handover;
    handover.set_version("1.2");
    const Fd inherited(open("/dev/null", O_RDONLY | O_CLOEXEC));
    handover.mutable_directory()->set_lock_fd(inherited.get());
    CHECK(rehearse(folder.script("exit 0"), handover));
    const auto wants = "case $1 in --check-handover=*) ;; *) exit 1 ;; esac; fd=${1#*=}; grep -q 1.2 /proc/self/fd/$fd && test -e /proc/$$/fd/" +
                       std::to_string(inherited.get());
    const auto asked = rehearse(folder.script(wants), handover);
    CHECK_MESSAGE(asked, (asked ? "" : asked.error().message));
    const auto refused = rehearse(folder.script("echo no, >&2; echo thanks; exit 3"));
    CHECK(refused.error().message == "the program that would take over can't: it ended with exit code 3: no, thanks");
    const auto killed = rehearse(folder.script("kill -9 $$"));
    CHECK(killed.error().message == "the program that would take over can't: it was killed by signal Killed");
    CHECK_FALSE(rehearse(folder.path + "/nothing"));
}

TEST_CASE("an execution that fails changes nothing") {
    const Folder folder;
    const Fd kept(open("/dev/null", O_RDONLY | O_CLOEXEC));
    handover::Handover handover;
    handover.mutable_directory()->set_lock_fd(kept.get());
    const auto error = execute({folder.path + "/nothing", "rtpengine", {}, "/"}, handover);
    CHECK(error.message == "cannot execute " + folder.path + "/nothing: No such file or directory");
    CHECK(fcntl(kept.get(), F_GETFD) == FD_CLOEXEC);
    CHECK_FALSE(is_blocked(SIGTERM));
    CHECK_FALSE(is_blocked(SIGHUP));
}

namespace {

// What a process of its own that executes `program` ends with.
int executed(const std::string& program, bool hang_up) {
    const auto pid = fork();
    if (!pid) {
        signal(SIGHUP, [](int) { _exit(9); });
        execute({program, "rtpengine", {}, "/"}, {}, hang_up);
        _exit(1);
    }
    int status = 0;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

} // namespace

TEST_CASE("a SIGHUP that has not been heeded waits for the next program, or for us if there is none") {
    const Folder folder;
    // By the shell alone: while it waits for a program it lets signals come.
    const auto waits = folder.script("while read -r name value; do case $name$value in ShdPnd:*1) exit 7 ;; esac; done </proc/$$/status; exit 8");
    CHECK(executed(waits, true) == 7);
    CHECK(executed(waits, false) == 8);
    CHECK(executed(folder.path + "/nothing", true) == 9);
    CHECK(executed(folder.path + "/nothing", false) == 1);
}
