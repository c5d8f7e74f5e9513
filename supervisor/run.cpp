// SPDX-License-Identifier: Apache-2.0
#include "supervisor/run.h"

#include <cstdio>
#include <filesystem>

#include "common/base/log.h"
#include "common/child/config.h"
#include "common/options/load.h"
#include "supervisor/daemon.h"
#include "supervisor/netfilter/action.h"
#include "supervisor/prepare.h"
#include "supervisor/supervisor.h"

namespace rtpengine::supervisor {

namespace {

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

int serve(options::Settings settings, Supervisor::Reload reload) {
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
    Supervisor supervisor(*std::move(prepared), daemon, std::move(reload));
    if (auto ran = supervisor.run(); !ran) return fatal(ran.error(), true);
    return 0;
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
Result<options::Settings> load_again(const std::vector<std::string>& words, const std::filesystem::path& origin) {
    const Visit there(origin);
    auto loaded = options::load(words, options::ThisHost{}, RTPENGINE_VERSION);
    if (auto* failed = std::get_if<options::LoadError>(&loaded)) return failed->error;
    auto& result = std::get<options::Loaded>(loaded);
    if (!result.settings) return Error{"the command line asks for something else than to run"};
    make_absolute(result.settings->pidfile);
    make_absolute(result.settings->runtime_dir);
    return *std::move(result.settings);
}

} // namespace

int run(int argc, const char* const* argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    auto loaded = options::load(words, options::ThisHost{}, RTPENGINE_VERSION);
    if (const auto* failed = std::get_if<options::LoadError>(&loaded)) {
        if (failed->log) log::configure(child::log_settings(*failed->log));
        return fatal(failed->error, failed->log.has_value());
    }
    auto& result = std::get<options::Loaded>(loaded);
    if (result.netfilter) return netfilter::perform(*result.netfilter);
    if (!result.settings) return std::fputs(result.print.c_str(), stdout) < 0 ? child::fatal_exit : 0;
    log::configure(child::log_settings(result.settings->log));
    std::error_code ignored;
    return serve(*std::move(result.settings),
                 [words, origin = std::filesystem::current_path(ignored)] { return load_again(words, origin); });
}

} // namespace rtpengine::supervisor
