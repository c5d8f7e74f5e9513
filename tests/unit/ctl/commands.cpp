// SPDX-License-Identifier: Apache-2.0
#include "ctl/commands.h"

#include <cstdio>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl/output.h"

using namespace rtpengine::ctl;

namespace {

// What a program that prints this returns when its standard output is `file`.
int exit_code(const char* file, const char* text, ExitCode code) {
    const pid_t pid = fork();
    if (pid == 0) {
        dup2(open(file, O_WRONLY), STDOUT_FILENO);
        print(text);
        _exit(static_cast<int>(finish(code)));
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

TEST_CASE("what is missing behind a command is said") {
    CHECK(why_unknown({}) == "no command");
    CHECK(why_unknown({"call"}) == "'call' wants more words: call ID");
    CHECK(why_unknown({"drain"}) == "'drain' wants more words: drain NAME");
    CHECK(why_unknown({"restart", "worker"}) == "'restart worker' wants more words: restart worker NAME");
    CHECK(why_unknown({"restart"}) ==
          "'restart' wants more words: restart worker NAME, or restart control, or restart edge NAME, or restart instance NAME");
    CHECK(why_unknown({"list"}) == "'list' wants more words: list calls");
}

TEST_CASE("words that are too many or wrong, and those of no command") {
    CHECK(why_unknown({"call", "a", "b"}) == "'call a b' makes no sense: it is call ID");
    CHECK(why_unknown({"list", "workers"}) == "'list workers' makes no sense: it is list calls");
    CHECK(why_unknown({"cal"}) == "unknown command 'cal'");
    CHECK(why_unknown({""}) == "unknown command ''");
}

TEST_CASE("an answer that can't be written is no success") {
    std::fflush(stdout); // nothing that the child would write again
    const std::string large(100'000, 'x');
    CHECK(exit_code("/dev/null", "text", ExitCode::ok) == 0);
    CHECK(exit_code("/dev/full", "text", ExitCode::ok) == 5);
    CHECK(exit_code("/dev/full", large.c_str(), ExitCode::ok) == 5);
    CHECK(exit_code("/dev/full", "text", ExitCode::negative) == 1);
    CHECK(exit_code("/dev/full", "", ExitCode::ok) == 0);
}
