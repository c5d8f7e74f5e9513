// SPDX-License-Identifier: Apache-2.0
#include "common/base/log.h"

#include <ctime>

#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

#include "common/base/escape.h"

namespace rtpengine::log {

const std::array<std::string_view, subsystem_count> subsystem_names = {
    "core", "ffmpeg", "internals", "spandsp", "transcoding", "codec", "rtcp",
    "ice",  "crypto", "srtp",      "http",    "control",     "dtx"};

Settings::Settings() {
    thresholds.fill(static_cast<int>(Level::info));
    thresholds[static_cast<std::size_t>(Subsystem::internals)] = -1;
}

namespace {

// The one process-wide object: a log is wherever the code is.
Settings& settings() {
    static Settings instance;
    return instance;
}

std::string_view level_name(Level level) {
    switch (level) {
    case Level::crit: return "CRIT";
    case Level::err: return "ERR";
    case Level::warning: return "WARNING";
    case Level::notice: return "NOTICE";
    case Level::info: return "INFO";
    case Level::debug: return "DEBUG";
    }
    return "INFO";
}

// A field in quotation marks: what is in it doesn't end it.
std::string quoted(std::string_view field) {
    std::string out;
    for (const auto c : field) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string default_scope(const Scope& scope) {
    if (scope.tag.empty()) return fmt::format("[{}]: ", marked(scope.call_id));
    return fmt::format("[{}/{}/{} port {}]: ", marked(scope.call_id), marked(scope.tag), scope.media_index, scope.port);
}

std::string parsable_scope(const Scope& scope) {
    if (scope.tag.empty()) return fmt::format("[ID=\"{}\"]: ", marked(quoted(scope.call_id)));
    return fmt::format("[ID=\"{}\" tag=\"{}\" index=\"{}\" port=\"{}\"]: ", marked(quoted(scope.call_id)), marked(quoted(scope.tag)),
                       scope.media_index, scope.port);
}

thread_local const std::string* about = nullptr;

std::string instance_prefix() {
    const auto& name = about && !about->empty() ? *about : settings().instance;
    if (name.empty()) return {};
    return settings().parsable ? fmt::format("[instance=\"{}\"] ", name) : fmt::format("[{}] ", name);
}

std::string prefix(const Scope& scope) {
    if (scope.call_id.empty()) return instance_prefix();
    return instance_prefix() + (settings().parsable ? parsable_scope(scope) : default_scope(scope));
}

std::string timestamp() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return fmt::format("[{}.{:06}] ", now.tv_sec, now.tv_nsec / 1000);
}

} // namespace

void configure(Settings changed) {
    settings() = std::move(changed);
    if (!settings().to_stderr) openlog(settings().ident.c_str(), LOG_PID | LOG_NDELAY, settings().facility);
}

void shift_levels(int by) {
    for (std::size_t i = 0; i < subsystem_count; ++i) {
        settings().thresholds[i] += by;
        info("log level of {} is now {}", subsystem_names[i], settings().thresholds[i]);
    }
}

bool enabled(Level level, Subsystem subsystem) {
    return static_cast<int>(level) <= settings().thresholds[static_cast<std::size_t>(subsystem)];
}

void write(Level level, Subsystem subsystem, const Scope& scope, std::string_view text) {
    const auto line = escaped(fmt::format("{}: {}[{}] {}", level_name(level), prefix(scope),
                                          subsystem_names[static_cast<std::size_t>(subsystem)], text));
    if (!settings().to_stderr) {
        syslog(static_cast<int>(level), "%s", line.c_str());
        return;
    }
    // One write, so that lines of several processes never mix.
    const auto record = (settings().timestamps ? timestamp() : std::string{}) + line + "\n";
    if (::write(STDERR_FILENO, record.data(), record.size()) < 0) return; // nobody is left to tell
}

About::About(const std::string* instance) : before_(about) { about = instance; }
About::~About() { about = before_; }

std::string marked(std::string_view text) {
    return settings().mark_prefix + std::string(text) + settings().mark_suffix;
}

} // namespace rtpengine::log
