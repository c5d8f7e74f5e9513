// SPDX-License-Identifier: Apache-2.0
#include "supervisor/reexec/succession.h"

#include <algorithm>

#include "common/base/log.h"
#include "supervisor/notify.h"
#include "supervisor/reexec/handover.h"

namespace rtpengine::supervisor {

// Left out: who waits for a drain (it asks again), and what the fleet leaves out.
handover::Handover Succession::hand_over() const {
    handover::Handover to;
    to.set_version(RTPENGINE_VERSION);
    to.set_executions(static_cast<std::uint32_t>(executions_));
    to.set_origin(command_.origin);
    to.set_started_ms(started_ms_);
    fleet_.hand_over(to);
    const auto& all = to.instances();
    const bool edge = std::any_of(all.begin(), all.end(), [](const auto& each) { return each.has_edge(); });
    to.set_format(edge ? handover_format : format_without_edge);
    return to;
}

void Succession::take_over(const handover::Handover& from) {
    executions_ = from.executions() + 1;
    started_ms_ = from.started_ms();
    log::notice("rtpengine {} has taken over from {}: execution {}", RTPENGINE_VERSION, from.version(), executions_);
    fleet_.take_over(from);
}

Error Succession::execute(bool hang_up) const {
    log::notice("executing {}", command_.executable);
    notify_reloading();
    auto error = supervisor::execute(command_, hand_over(), hang_up);
    notify_ready(fleet_.summary());
    return error;
}

} // namespace rtpengine::supervisor
