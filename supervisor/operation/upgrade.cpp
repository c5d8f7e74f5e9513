// SPDX-License-Identifier: Apache-2.0
#include "supervisor/operation/upgrade.h"

#include "common/base/log.h"

namespace rtpengine::supervisor::operation {

Status Upgrade::begin(Step step, const std::string&) {
    if (step == Step::checked) return check();
    if (step == Step::rehearsed) return rehearse();
    return reins_.succession.execute(reins_.hung_up()); // it returns only if it failed
}

// What is between two states can't be handed over.
Status Upgrade::check() const {
    if (const auto why = reins_.fleet.unsettled(); !why.empty()) return Error{why + ": try again"};
    return {};
}

Status Upgrade::rehearse() {
    auto rehearsal = Rehearsal::start(reins_.loop, reins_.succession.executable(), reins_.succession.hand_over(),
                                      [this](const Status& understood) {
                                          understood_ = understood;
                                          look();
                                      });
    if (!rehearsal) return rehearsal.error();
    rehearsal_ = *std::move(rehearsal);
    return {};
}

Result<bool> Upgrade::came(Step step, const std::string&) {
    if (step != Step::rehearsed) return true;
    if (understood_ && !*understood_) return understood_->error();
    return understood_.has_value();
}

void Upgrade::back(Back way, const std::string&, const std::string&) {
    if (way == Back::kill) rehearsal_.reset();
}

void Upgrade::finish(const Outcome& outcome) {
    const auto& why = outcome.status.error().message; // there is no success that we would live to see
    log::err("the supervisor goes on with its own program: {}", why);
    answer_(error_of(why));
}

} // namespace rtpengine::supervisor::operation
