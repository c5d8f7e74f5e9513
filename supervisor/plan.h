// SPDX-License-Identifier: Apache-2.0
// Settings -> what each child process is told. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/options/settings.h"
#include "link.pb.h"

namespace rtpengine::supervisor {

struct Plan {
    link::ControlConfig control;
    std::vector<link::WorkerConfig> workers; // one for each (table, logical interface), by index
};

// The listeners carry their descriptors already.
Plan make_plan(const options::Settings& settings, const std::string& runtime_dir, int supervisor_pid);

// Descriptors that a worker inherits beside its configuration.
std::vector<int> inherited(const link::WorkerConfig& worker);

} // namespace rtpengine::supervisor
