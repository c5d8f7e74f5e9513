// SPDX-License-Identifier: Apache-2.0
// The log: one line a record, to stderr or the system's log, in the layout that operators' tools expect.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace rtpengine::log {

// Syslog severities.
enum class Level : int { crit = 2, err = 3, warning = 4, notice = 5, info = 6, debug = 7 };

enum class Subsystem { core, ffmpeg, internals, spandsp, transcoding, codec, rtcp, ice, crypto, srtp, http, control, dtx };
constexpr std::size_t subsystem_count = 13;
extern const std::array<std::string_view, subsystem_count> subsystem_names;

struct Settings {
    std::array<int, subsystem_count> thresholds; // levels numerically above are dropped
    bool to_stderr = true;
    bool timestamps = true;
    bool parsable = false;
    std::string ident = "rtpengine";
    int facility = 3 << 3; // LOG_DAEMON
    std::string mark_prefix, mark_suffix;
    std::string instance; // that all of this process is about; empty: none, or several

    Settings();
};

// What a record is about. Empty parts are left out: nothing, a call, or a media port of a call.
struct Scope {
    std::string_view call_id = {}, tag = {};
    unsigned media_index = 0;
    unsigned port = 0;
};

void configure(Settings settings); // once, at start; afterwards only shift_levels() changes it
void shift_levels(int by);         // SIGUSR1, SIGUSR2
bool enabled(Level level, Subsystem subsystem);
// Nothing here waits for who reads the log: what they don't take in time waits in memory, then it is dropped, and a line says
// how much is missing. flush() tries once more; true: something waits still. `hook` is called when something begins to wait, by
// whoever has a loop to call flush() from (uv/log_drain.h).
bool flush();
void when_waiting(std::function<void()> hook);
// Whatever is in `text` and `scope`: one line, and nothing that a terminal would obey (escape.h).
void write(Level level, Subsystem subsystem, const Scope& scope, std::string_view text);

template <class... Args>
void record(Level level, Subsystem subsystem, const Scope& scope, fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(level, subsystem)) write(level, subsystem, scope, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args> void err(fmt::format_string<Args...> format, Args&&... args) {
    record(Level::err, Subsystem::core, {}, format, std::forward<Args>(args)...);
}
template <class... Args> void warning(fmt::format_string<Args...> format, Args&&... args) {
    record(Level::warning, Subsystem::core, {}, format, std::forward<Args>(args)...);
}
template <class... Args> void notice(fmt::format_string<Args...> format, Args&&... args) {
    record(Level::notice, Subsystem::core, {}, format, std::forward<Args>(args)...);
}
template <class... Args> void info(fmt::format_string<Args...> format, Args&&... args) {
    record(Level::info, Subsystem::core, {}, format, std::forward<Args>(args)...);
}

// While this lives, what is logged is about this instance. One thread only; they nest.
class About {
  public:
    explicit About(const std::string* instance); // empty or null: nothing is said
    ~About();
    About(const About&) = delete;
    About& operator=(const About&) = delete;

  private:
    const std::string* before_;
};

// Private data (call-IDs, tags, peers' addresses) between the configured marks.
std::string marked(std::string_view text);

} // namespace rtpengine::log
