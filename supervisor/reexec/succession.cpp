// SPDX-License-Identifier: Apache-2.0
// The supervisor executes itself: what it leaves to the next program, and what it takes over from the one before.
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "common/base/log.h"
#include "common/options/convert.h"
#include "supervisor/notify.h"
#include "supervisor/reexec/handover.h"
#include "supervisor/supervisor.h"

namespace rtpengine::supervisor {

namespace {

link::CtlReply refusal(const std::string& why) {
    link::CtlReply reply;
    reply.set_error(why);
    return reply;
}

} // namespace

// Who asks says how many executions it knows of: the next one, asked the same, answers that there is one more.
void Supervisor::execute(const std::string& known, const Answer& answer) {
    const auto before = options::parse_integer(known, 10);
    if (!before || *before < 0) return answer(refusal("execute takes the number of executions so far"));
    if (executions_ > *before) {
        link::CtlReply reply;
        reply.set_json(nlohmann::json{{"executions", executions_}, {"version", RTPENGINE_VERSION}}.dump());
        return answer(reply);
    }
    if (!operation_.empty()) return answer(refusal("a " + operation_ + " is going on: try again"));
    if (const auto why = unsettled(); !why.empty()) return answer(refusal(why + ": try again"));
    auto rehearsal = Rehearsal::start(loop_, command_.executable, hand_over(), [this, answer](const Status& understood) {
        if (phase_ != Phase::running) return;
        const auto why = unsettled();
        const auto error = !understood ? understood.error() : !why.empty() ? Error{why + ": try again"} : execute_now();
        operation_.clear();
        log::err("the supervisor goes on with its own program: {}", error.message);
        answer(refusal(error.message));
    });
    if (!rehearsal) return answer(refusal(rehearsal.error().message));
    operation_ = "execution";
    rehearsal_ = *std::move(rehearsal);
}

Error Supervisor::execute_now() {
    log::notice("executing {}", command_.executable);
    notify_reloading();
    auto error = supervisor::execute(command_, hand_over());
    notify_ready(summary());
    return error;
}

std::string Supervisor::unsettled() const {
    if (!retired_.empty() || !leaving_.empty()) return "an interface is being removed";
    if (!renewals_.empty() || !next_renewals_.empty()) return "control is being renewed";
    for (const auto* child : children())
        if (auto why = child->unsettled(); !why.empty()) return why;
    return {};
}

// Left out: what control says again with its next heartbeat, who waits for a drain (it asks again), and deaths so far.
handover::Handover Supervisor::hand_over() const {
    handover::Handover to;
    to.set_format(handover_format);
    to.set_version(RTPENGINE_VERSION);
    to.set_executions(static_cast<std::uint32_t>(executions_));
    to.set_origin(command_.origin);
    *to.mutable_settings() = handed_over(prepared_.settings);
    *to.mutable_directory() = prepared_.directory.hand_over();
    for (const auto& instance : prepared_.instances)
        *to.add_instances() = instance->hand_over();
    *to.mutable_control() = control_->hand_over();
    for (const auto& name : removed_)
        to.add_removed(name);
    if (output_) *to.mutable_output() = output_->hand_over();
    to.set_started_ms(started_ms_);
    return to;
}

Status Supervisor::take_over(const handover::Handover& from) {
    executions_ = from.executions() + 1;
    started_ms_ = from.started_ms();
    removed_.insert(from.removed().begin(), from.removed().end());
    if (from.has_output()) output_.emplace(loop_, from.output());
    if (auto begun = begin(); !begun) return begun;
    phase_ = Phase::running;
    log::notice("rtpengine {} has taken over from {}: execution {}", RTPENGINE_VERSION, from.version(), executions_);
    control_->resume(from.control());
    for (int i = 0; i < from.instances_size(); ++i) {
        const auto workers = prepared_.instances[static_cast<std::size_t>(i)]->workers();
        std::size_t next = 0;
        for (const auto& group : from.instances(i).groups())
            for (const auto& each : group.workers())
                workers[next++]->child->resume(each.child());
    }
    surroundings_.look_at_addresses();
    surroundings_.renew();
    admit_signals();
    for (auto* child : children())
        child->reap();
    watchdog_ = start_watchdog(loop_);
    notify_ready(summary());
    return serve();
}

} // namespace rtpengine::supervisor
