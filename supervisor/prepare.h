// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/options/settings.h"
#include "supervisor/instance.h"
#include "supervisor/process.h"
#include "supervisor/runtime_dir.h"

namespace rtpengine::supervisor {

// Everything that must outlive the children and that can fail before the first of them is started.
struct Prepared {
    options::Settings settings;
    RuntimeDirectory directory;
    std::unique_ptr<Instance::Place> place;
    std::vector<std::unique_ptr<Instance>> instances;
    Programs programs;
};

// Programs, runtime directory and its lock, instances in their order. Undone on error.
Result<Prepared> prepare(options::Settings settings);

// Goes on with what an earlier execution of the supervisor has left. What fails can't be undone.
Result<Prepared> resume(const handover::Handover& from);

} // namespace rtpengine::supervisor
