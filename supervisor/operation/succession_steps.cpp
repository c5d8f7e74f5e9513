// SPDX-License-Identifier: Apache-2.0
#include "supervisor/operation/succession_steps.h"

#include "common/base/log.h"

namespace rtpengine::supervisor::operation {

namespace {

// A process that neither works nor is gone will be one or the other soon.
bool is_settled(const Child& child) {
    return !has_process(child.state()) || child.state() == State::up;
}

Result<bool> has_reached(const Child& child, Child::Stage stage) {
    if (child.stage() == Child::Stage::failed) return child.failure();
    return child.stage() >= stage;
}

} // namespace

Status SuccessionSteps::begin(Step step, const std::string& name) {
    if (name.empty()) return {};
    auto* child = fleet_.find_child(name);
    if (!child) return Error{"there is no " + name};
    if (step == Step::spawned || step == Step::standing_by) return child->replace();
    if (step == Step::taken_over) child->let_go();
    return {};
}

Result<bool> SuccessionSteps::came(Step step, const std::string& name) {
    if (name.empty()) return true;
    const auto* child = fleet_.find_child(name);
    if (!child) return Error{name + " has gone"};
    switch (step) {
    case Step::settled: return is_settled(*child);
    case Step::standing_by: return has_reached(*child, Child::Stage::stands_by);
    case Step::taken_over: return has_reached(*child, Child::Stage::taken_over);
    case Step::ready: return has_reached(*child, Child::Stage::ready);
    default: return true;
    }
}

void SuccessionSteps::back(Back way, const std::string& name, const std::string& why) {
    if (!name.empty()) log::err("{} was not replaced: {}", name, why);
    auto* child = fleet_.find_child(name);
    if (child && (way == Back::drop || way == Back::shoot)) child->give_up(why);
}

} // namespace rtpengine::supervisor::operation
