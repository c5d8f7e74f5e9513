// SPDX-License-Identifier: Apache-2.0
#include "common/child/config.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/log_stderr.h"
#include "link.pb.h"

namespace rtpengine::child {

namespace {

constexpr std::string_view option = "--config-fd=";

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

Result<std::string> read_all(int number) {
    const Fd fd(number); // ours from here on: the configuration is read once
    std::string bytes;
    char buffer[65536];
    // By position: the supervisor gives the same memory file to every restart.
    for (;;) {
        const auto length = pread(fd.get(), buffer, sizeof buffer, static_cast<off_t>(bytes.size()));
        if (length < 0 && errno == EINTR) continue;
        if (length < 0) {
            const int code = errno;
            return Error{std::string("cannot read the configuration from the supervisor: ") +
                             std::strerror(code),
                         code};
        }
        if (length == 0) return bytes;
        bytes.append(buffer, static_cast<std::size_t>(length));
    }
}

} // namespace

Result<std::string> read_config(int argc, const char* const* argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (!word.starts_with(option)) continue;
        if (const auto fd = number(word.substr(option.size()))) return read_all(*fd);
        return Error{"bad value in " + std::string(word)};
    }
    return Error{"this program is started by rtpengine, not by hand"};
}

int fatal(const Error& error, int exit_code) {
    const bool advised = error.code != EMFILE || error.message.find("ulimit") != std::string::npos;
    log::Stderr().write(fmt::format("Fatal error: {}{}\n", error.message,
                                    advised ? "" : ": raise the limit of open files (ulimit -n, LimitNOFILE=)"));
    return exit_code;
}

log::Settings log_settings(const link::LogConfig& config, const std::string& instance) {
    log::Settings settings;
    settings.instance = instance;
    const auto& levels = config.levels();
    const auto fallback = levels.find("");
    for (std::size_t i = 0; i < log::subsystem_count; ++i) {
        const auto own = levels.find(std::string(log::subsystem_names[i]));
        const bool internals = i == static_cast<std::size_t>(log::Subsystem::internals);
        if (own != levels.end())
            settings.thresholds[i] = own->second;
        else if (fallback != levels.end() && !internals)
            settings.thresholds[i] = fallback->second;
    }
    settings.to_stderr = config.to_stderr();
    settings.timestamps = config.timestamps();
    settings.parsable = config.parsable();
    if (!config.ident().empty()) settings.ident = config.ident();
    settings.facility = config.facility();
    settings.mark_prefix = config.mark_prefix();
    settings.mark_suffix = config.mark_suffix();
    return settings;
}

} // namespace rtpengine::child
