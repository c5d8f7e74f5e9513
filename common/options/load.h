// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/options/settings.h"

namespace rtpengine::options {

// What main() shall do.
struct Loaded {
    std::string print;                // not empty: print this and exit 0
    std::optional<Settings> settings; // else: run with these
    std::optional<NetfilterAction> netfilter = {}; // else: do this and exit
};

struct LoadError {
    Error error;
    std::optional<link::LogConfig> log; // the log's settings, where they are known
};

// Command line (argv[0] left out), configuration file, defaults. Reads the file and looks names up.
std::variant<Loaded, LoadError> load(const std::vector<std::string>& words, const Host& host,
                                     const std::string& version);

// The whole text of --help.
std::string help();

} // namespace rtpengine::options
