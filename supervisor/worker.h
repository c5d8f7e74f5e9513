// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/fd.h"
#include "handover.pb.h"
#include "supervisor/bpf/forwarding.h"
#include "supervisor/child.h"
#include "supervisor/indexes.h"
#include "supervisor/media/sockets.h"

namespace rtpengine::supervisor {

// What outlives the processes of a worker, and the one that it has now.
struct Worker {
    IndexLease index; // config.index(): nobody else's before the process is gone
    std::string interface; // whose ports it has
    link::WorkerConfig config;
    // Memory files, which its processes have one after another and nobody else ever gets.
    Fd records;                        // common/state/map.h
    Fd readable_records;               // the same, for others to read
    Fd announced, readable_announced;  // likewise common/state/announcements.h
    Fd transit = {};                   // dataplane/io/transit.h; none: it does without
    std::unique_ptr<Child> child = {}; // made by the supervisor

    // With new memory; `slots`: of its records. Errors: there is none.
    static Result<std::unique_ptr<Worker>> make(Indexes& indexes, std::string interface, link::WorkerConfig config, std::uint32_t slots);
    static Result<std::unique_ptr<Worker>> resume(Indexes& indexes, const handover::Worker& from);
    // Its successor finds no packets that it had in its hands.
    void renew_transit();
};

// Workers of interfaces that came at the same time, and what outlives them.
struct Group {
    media::Sockets media;
    std::unique_ptr<bpf::Forwarding> bpf;
    std::unique_ptr<uv::Poll> on_devices; // events of `bpf`
    std::vector<std::unique_ptr<Worker>> workers;
};

} // namespace rtpengine::supervisor
