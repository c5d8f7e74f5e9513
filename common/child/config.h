// SPDX-License-Identifier: Apache-2.0
// What a child process is started with: `rtpengine-control --config-fd=N`, where N is a memory file that
// holds a serialized link::ControlConfig or link::WorkerConfig (proto/link.proto).
#pragma once

#include <string>

#include "common/base/log.h"
#include "common/base/result.h"

namespace rtpengine::link {
class LogConfig;
}

namespace rtpengine::child {

// EX_CONFIG of sysexits.h: a restart can't cure it, so the supervisor doesn't try.
constexpr int config_error_exit = 78;
// Every other error at start.
constexpr int fatal_exit = 255;

// The bytes of the configuration. Other options (--name=..., there for ps) are ignored. Without --config-fd
// the error says that the program is not started by hand.
Result<std::string> read_config(int argc, const char* const* argv);

// The same, parsed. What can't be parsed is an error.
template <class Config> Result<Config> read(int argc, const char* const* argv) {
    auto bytes = read_config(argc, argv);
    if (!bytes) return bytes.error();
    Config config;
    if (!config.ParseFromString(*bytes))
        return Error{"the configuration from the supervisor can't be parsed"};
    return config;
}

// Writes "Fatal error: ..." to stderr; returns the exit code that main() shall return.
int fatal(const Error& error, int exit_code = fatal_exit);

// Levels that are not named take the one named "", else the default.
// `instance`: each line says that it is about this one; empty: none does.
log::Settings log_settings(const link::LogConfig& config, const std::string& instance = {});

} // namespace rtpengine::child
