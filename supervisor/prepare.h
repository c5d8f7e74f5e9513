// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "common/options/settings.h"
#include "supervisor/media/sockets.h"
#include "supervisor/offload.h"
#include "supervisor/plan.h"
#include "supervisor/runtime_dir.h"

namespace rtpengine::supervisor {

// Everything that must outlive the children and that can fail before the first of them is started.
struct Prepared {
    options::Settings settings;
    RuntimeDirectory directory;
    std::vector<Fd> listeners;
    Offload offload;
    media::Sockets media;
    Plan plan;
    std::string control_executable, worker_executable;
};

// Programs, runtime directory and its lock, sockets, addresses, forwarding in the kernel, media sockets, state files; in
// this order. Undone on error.
Result<Prepared> prepare(options::Settings settings);

} // namespace rtpengine::supervisor
