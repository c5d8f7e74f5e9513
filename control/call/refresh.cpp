// SPDX-License-Identifier: Apache-2.0
#include "control/call/refresh.h"

#include <map>

#include "common/state/path.h"
#include "control/call/each_port.h"

namespace rtpengine::call {

namespace {

using Requests = std::map<unsigned, link::Refresh>; // by worker

bool in_kernel(const state::StreamRecord& record) {
    return record.path.get() == static_cast<std::uint64_t>(state::Path::kernel);
}

Requests requests_for(const Call& call, const worker::Workers& workers) {
    Requests requests;
    for_each_port(call, [&](const PortSet&, const LocalPort& port) {
        const auto key = port.key();
        const auto record = workers.record(key.worker, key.slot, key.id);
        if (!record || !in_kernel(*record)) return;
        auto& stream = *requests[key.worker].add_streams();
        stream.set_id(key.id);
        stream.set_slot(key.slot);
    });
    return requests;
}

} // namespace

void refresh(const Call& call, worker::Workers& workers, std::function<void()> done) {
    auto requests = requests_for(call, workers);
    if (requests.empty()) return done();
    const auto answered = [left = std::make_shared<std::size_t>(requests.size()), done = std::move(done)] {
        if (--*left == 0) done();
    };
    for (auto& [worker, request] : requests) workers.refresh(worker, std::move(request), answered);
}

} // namespace rtpengine::call
