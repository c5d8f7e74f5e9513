// SPDX-License-Identifier: Apache-2.0
#include "supervisor/reexec/execution.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/escape.h"
#include "common/options/convert.h"
#include "supervisor/process.h"
#include "supervisor/reexec/handover.h"

namespace rtpengine::supervisor {

namespace {

constexpr std::size_t longest_words = 2000;

// Those that the supervisor handles: until the next execution does, each would end it.
sigset_t handled_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGTERM, SIGINT, SIGCHLD, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE})
        sigaddset(&signals, number);
    return signals;
}

// What a program that has ended had to say, in one line.
std::string last_words(const Fd& output) {
    std::array<char, longest_words> bytes;
    const auto length = read(output.get(), bytes.data(), bytes.size());
    std::string words(bytes.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    while (!words.empty() && words.back() == '\n')
        words.pop_back();
    std::replace(words.begin(), words.end(), '\n', ' ');
    return escaped(words);
}

} // namespace

std::optional<int> handover_fd(const std::vector<std::string>& words, std::string_view option) {
    if (words.empty() || !words[0].starts_with(option)) return std::nullopt;
    const auto number = options::parse_integer(std::string_view(words[0]).substr(option.size()), 10);
    return number && *number >= 0 && *number <= INT32_MAX ? static_cast<int>(*number) : -1;
}

Result<std::unique_ptr<Rehearsal>> Rehearsal::start(uv::Loop& loop, const std::string& executable,
                                                    const handover::Handover& handover, Done done) {
    std::array<int, 2> ends;
    if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) < 0) return cannot("make a pipe");
    Fd output(ends[0]);
    const Fd theirs(ends[1]);
    Process process{executable, "rehearsal", handover.SerializeAsString(), descriptors_of(handover), theirs.get()};
    process.option = check_option;
    const auto pid = spawn(process);
    if (!pid) return pid.error();
    auto watched = open_pidfd(*pid);
    if (!watched) {
        const auto error = cannot("watch " + executable);
        kill(*pid, SIGKILL);
        waitpid(*pid, nullptr, 0);
        return error;
    }
    return std::unique_ptr<Rehearsal>(new Rehearsal(loop, *pid, std::move(watched), std::move(output), std::move(done)));
}

Rehearsal::Rehearsal(uv::Loop& loop, pid_t pid, Fd process, Fd output, Done done)
    : pid_(pid),
      process_(std::move(process)),
      output_(std::move(output)),
      done_(std::move(done)),
      gone_(loop, process_.get(), [this] { ended(); }) {}

Rehearsal::~Rehearsal() {
    if (!pid_) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

void Rehearsal::ended() {
    gone_.pause();
    int status = 0;
    waitpid(std::exchange(pid_, 0), &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return done_({});
    const auto words = last_words(output_);
    const std::string how = WIFSIGNALED(status) ? std::string("it was killed by signal ") + strsignal(WTERMSIG(status))
                                                  : "it ended with exit code " + std::to_string(WEXITSTATUS(status));
    done_(Error{"the program that would take over can't: " + how + (words.empty() ? "" : ": " + words)});
}

void close_on_exec(const std::vector<int>& descriptors, bool on) {
    for (const int fd : descriptors)
        fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0);
}

Error execute(const CommandLine& command, const handover::Handover& handover, bool hang_up) {
    const auto memory = memory_file(handover.SerializeAsString());
    if (!memory) return memory.error();
    auto kept = descriptors_of(handover);
    kept.push_back(memory->get());
    std::vector<std::string> words = {command.name, std::string(handover_option) + std::to_string(memory->get())};
    words.insert(words.end(), command.words.begin(), command.words.end());
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    const auto signals = handled_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    if (hang_up) kill(getpid(), SIGHUP); // pending now, and after execv()
    close_on_exec(kept, false);
    execv(command.executable.c_str(), argv.data());
    const auto error = cannot("execute " + command.executable);
    close_on_exec(kept, true);
    admit_signals();
    return error;
}

void admit_signals() {
    const auto signals = handled_signals();
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

} // namespace rtpengine::supervisor
