// SPDX-License-Identifier: Apache-2.0
#include "supervisor/run.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <unistd.h>

#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/child/config.h"
#include "common/options/load.h"
#include "supervisor/daemon.h"
#include "supervisor/netfilter/action.h"
#include "supervisor/prepare.h"
#include "supervisor/process.h"
#include "supervisor/reexec/execution.h"
#include "supervisor/reexec/handover.h"
#include "supervisor/supervisor.h"

namespace rtpengine::supervisor {

namespace {

// Bytes of memory. A start takes 4 MB of ours, and control some 40 before it could say a word: its allocator has pieces of 32.
constexpr std::size_t reserve = 1 << 20, start = 44 << 20;

// To stderr always, and to the log once it is known where that is.
int fatal(const Error& error, bool to_log) {
    const auto code = child::fatal(error);
    if (to_log) log::record(log::Level::crit, log::Subsystem::core, {}, "Fatal error: {}", error.message);
    return code;
}

// A daemon's working directory is /.
void make_absolute(std::string& path) {
    std::error_code ignored;
    if (!path.empty()) path = std::filesystem::absolute(path, ignored);
}

int serve(options::Settings settings, CommandLine command, Supervisor::Load load) {
    make_absolute(settings.pidfile);
    make_absolute(settings.runtime_dir);
    Daemon daemon;
    if (!settings.foreground)
        if (auto detached = daemon.detach(); !detached) return fatal(detached.error(), true);
    log::info("rtpengine {} is starting", RTPENGINE_VERSION);
    for (const auto& warning : settings.warnings)
        log::warning("{}", warning);
    auto prepared = prepare(std::move(settings));
    if (!prepared) return fatal(prepared.error(), true);
    Supervisor supervisor(*std::move(prepared), daemon, std::move(command), std::move(load));
    if (auto ran = supervisor.run(); !ran) return fatal(ran.error(), true);
    return 0;
}

// For people and programs: what can't be written is no success.
int show(const std::string& text) {
    errno = 0;
    if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return 0;
    return fatal(Error{std::string("cannot write to the standard output: ") + std::strerror(errno), errno}, false);
}

// Whether take_over() would succeed, as far as can be told without doing it.
int check(int handover) {
    const auto read = read_handover(handover);
    if (!read) return fatal(read.error(), false);
    const auto programs = find_programs();
    return programs ? 0 : fatal(programs.error(), false);
}

// A directory that we are in for a while, and back where we were.
class Visit {
  public:
    explicit Visit(const std::filesystem::path& there) : home_(std::filesystem::current_path(ignored_)) {
        std::filesystem::current_path(there, ignored_);
    }
    ~Visit() { std::filesystem::current_path(home_, ignored_); }
    Visit(const Visit&) = delete;

  private:
    std::error_code ignored_;
    std::filesystem::path home_;
};

// The same command line, read again; names of files are those of the first time, though a daemon has moved to /.
Result<options::Settings> load_again(const CommandLine& command) {
    const Visit there(command.origin);
    auto loaded = options::load(command.words, options::ThisHost{}, RTPENGINE_VERSION);
    if (auto* failed = std::get_if<options::LoadError>(&loaded)) return failed->error;
    auto& result = std::get<options::Loaded>(loaded);
    if (!result.settings) return Error{"the command line asks for something else than to run"};
    make_absolute(result.settings->pidfile);
    make_absolute(result.settings->runtime_dir);
    return *std::move(result.settings);
}

// In the same process, with the children and descriptors of the execution before. There is no way back, so it goes on with
// whatever memory there is.
int take_over(int fd, CommandLine command) {
    const auto handover = read_handover(fd);
    close(fd);
    if (!handover) return fatal(handover.error(), false);
    close_on_exec(descriptors_of(*handover), true);
    log::configure(child::log_settings(handover->settings().log()));
    command.origin = handover->origin();
    auto prepared = resume(*handover);
    if (!prepared) return fatal(prepared.error(), true);
    Daemon daemon;
    Supervisor supervisor(*std::move(prepared), daemon, command, [command] { return load_again(command); });
    if (auto ran = supervisor.take_over(*handover); !ran) return fatal(ran.error(), true);
    return 0;
}

} // namespace

int run(int argc, const char* const* argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const auto held = memory::hold(reserve, start);
    if (const auto fd = handover_fd(words, check_option)) return held ? check(*fd) : fatal(held.error(), false);
    if (const auto fd = handover_fd(words, handover_option))
        return take_over(*fd, {own_executable(), argv[0], {words.begin() + 1, words.end()}, {}});
    if (!held) return fatal(held.error(), false);
    auto loaded = options::load(words, options::ThisHost{}, RTPENGINE_VERSION);
    if (const auto* failed = std::get_if<options::LoadError>(&loaded)) {
        if (failed->log) log::configure(child::log_settings(*failed->log));
        return fatal(failed->error, failed->log.has_value());
    }
    auto& result = std::get<options::Loaded>(loaded);
    if (result.netfilter) return netfilter::perform(*result.netfilter);
    if (!result.settings) return show(result.print);
    log::configure(child::log_settings(result.settings->log));
    std::error_code ignored;
    const CommandLine command{own_executable(), argv[0], words, std::filesystem::current_path(ignored)};
    return serve(*std::move(result.settings), command, [command] { return load_again(command); });
}

} // namespace rtpengine::supervisor
