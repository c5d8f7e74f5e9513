// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "common/options/settings.h"
#include "supervisor/plan.h"
#include "supervisor/runtime_dir.h"

namespace rtpengine::supervisor {

// Everything that must outlive the children and that can fail before the first of them is started.
struct Prepared {
    options::Settings settings;
    RuntimeDirectory directory;
    std::vector<Fd> listeners;
    Plan plan;
    std::string control_executable, worker_executable;
};

// Programs, runtime directory and its lock, sockets, addresses, state files; in this order. Undone on error.
Result<Prepared> prepare(options::Settings settings);

// What this version can't do with kernel tables: a warning, or with --no-fallback an error.
Status check_kernel_table(const options::Settings& settings);

} // namespace rtpengine::supervisor
