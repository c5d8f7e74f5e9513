// SPDX-License-Identifier: Apache-2.0
#include "common/base/log.h"

#include <ctime>
#include <utility>

#include <unistd.h>

#include "common/base/escape.h"
#include "common/base/log_queue.h"
#include "common/base/log_stderr.h"
#include "common/base/log_syslog.h"

namespace rtpengine::log {

const std::array<std::string_view, subsystem_count> subsystem_names = {
    "core", "ffmpeg", "internals", "spandsp", "transcoding", "codec", "rtcp",
    "ice",  "crypto", "srtp",      "http",    "control",     "dtx"};

Settings::Settings() {
    thresholds.fill(static_cast<int>(Level::info));
    thresholds[static_cast<std::size_t>(Subsystem::internals)] = -1;
}

namespace {

constexpr std::size_t most_waiting = 1024 * 1024; // bytes
constexpr unsigned last_tries = 20, last_pause_us = 5000;

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

std::string line(Level level, Subsystem subsystem, const Scope& scope, std::string_view text) {
    const auto line = escaped(fmt::format("{}: {}[{}] {}", level_name(level), prefix(scope),
                                          subsystem_names[static_cast<std::size_t>(subsystem)], text));
    if (!settings().to_stderr) return Syslog::message(settings().facility | static_cast<int>(level), settings().ident, line);
    return (settings().timestamps ? timestamp() : std::string{}) + line + "\n";
}

std::string missing(std::uint64_t lines) {
    const About process(nullptr); // the instance of the line that comes next has nothing to do with it
    return line(Level::warning, Subsystem::core, {},
                fmt::format("{} lines of the log are missing here: they were not read in time", lines));
}

// Where lines go, the other process-wide object.
class Output {
  public:
    Output() { settings(); } // which outlive this
    // The last words of a process have a moment longer.
    ~Output() {
        for (auto left = last_tries; flush() && left > 0; --left) usleep(last_pause_us);
    }
    void configure(Settings changed) {
        if (changed.to_stderr != settings().to_stderr) queue_.forget();
        settings() = std::move(changed);
        // Before privileges are given up: afterwards neither may be ours to open.
        settings().to_stderr ? stderr_.look() : syslog_.connect();
    }
    void when_waiting(std::function<void()> hook) { hook_ = std::move(hook); }
    bool flush() { return waits_ = queue_.flush(); }
    void add(std::string line) {
        queue_.add(std::move(line));
        if (!std::exchange(waits_, queue_.waiting()) && waits_ && hook_) hook_();
    }

  private:
    std::size_t write(std::string_view bytes) { return settings().to_stderr ? stderr_.write(bytes) : syslog_.write(bytes); }

    Stderr stderr_;
    Syslog syslog_;
    Queue queue_{[this](std::string_view bytes) { return write(bytes); }, missing, most_waiting};
    std::function<void()> hook_;
    bool waits_ = false;
};

Output& output() {
    static Output instance;
    return instance;
}

} // namespace

void configure(Settings changed) {
    output().configure(std::move(changed));
}

bool flush() {
    return output().flush();
}

void when_waiting(std::function<void()> hook) {
    output().when_waiting(std::move(hook));
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
    output().add(line(level, subsystem, scope, text));
}

About::About(const std::string* instance) : before_(about) { about = instance; }
About::~About() { about = before_; }

std::string marked(std::string_view text) {
    return settings().mark_prefix + std::string(text) + settings().mark_suffix;
}

} // namespace rtpengine::log
