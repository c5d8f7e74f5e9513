// SPDX-License-Identifier: Apache-2.0
#include "control/call/change.h"

#include <unordered_map>
#include <utility>

#include "common/base/log.h"
#include "control/call/draft.h"
#include "control/call/each_port.h"
#include "control/call/turn.h"

namespace rtpengine::call {

Change::Change(std::shared_ptr<Call> call, Committer& committer)
    : call_(std::move(call)), draft_(draft_of(*call_)), committer_(committer), mark_(committer.mark()) {
    call_->draft = draft_;
}

Change::~Change() {
    if (!kept_) guarded(call_->id, [this] { take_back(); });
}

void Change::put_in_place() {
    call::put_in_place(*call_, *draft_);
    kept_ = true;
    end_draft(*call_);
}

void Change::keep(std::function<void()> closed) {
    put_in_place();
    committer_.close(call_, std::move(closed));
}

void Change::take_back() {
    std::vector<LocalPort> opened;
    const auto take = [&](const LocalPort& port) {
        if (port.id > mark_) opened.push_back(port);
    };
    for_each_port(*draft_, [&](const PortSet&, const LocalPort& port) { take(port); });
    for (const auto& port : draft_->closing) take(port);
    const bool told = tell_again();
    end_draft(*call_);
    committer_.close(std::move(opened));
    if (!told || call_->dead) return;
    committer_.tell(call_, [call = call_](const Status& done) {
        if (!done) log::record(log::Level::err, log::Subsystem::core, {call->id}, "taking a change back: {}", done.error().message);
    });
}

bool Change::tell_again() {
    std::unordered_map<std::uint64_t, std::uint64_t> told;
    for_each_port(*draft_, [&](const PortSet&, const LocalPort& port) { told[port.id] = port.told; });
    bool again = false;
    for_each_port(*call_, [&](const PortSet&, LocalPort& port) {
        const auto found = told.find(port.id);
        if (found == told.end() || found->second == port.told) return;
        port.told = opened_before;
        again = true;
    });
    return again;
}

} // namespace rtpengine::call
