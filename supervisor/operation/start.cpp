// SPDX-License-Identifier: Apache-2.0
#include "supervisor/operation/start.h"

namespace rtpengine::supervisor::operation {

Status Start::begin(Step step, const std::string&) {
    if (step == Step::announced) return duties_.announce();
    if (step == Step::spawned)
        for (auto* child : fleet_.children())
            child->start();
    return {};
}

Result<bool> Start::came(Step step, const std::string&) {
    if (step != Step::all_ready) return true;
    for (const auto* child : fleet_.children())
        if (child->state() == State::failed)
            return Error{child->spec().name + " can't work with its configuration; its own message says why"};
    return fleet_.all(is_up);
}

std::string Start::missing(Step, const std::string&) const {
    std::string missing;
    for (const auto* child : fleet_.children())
        if (!is_up(*child))
            missing += (missing.empty() ? "" : ", ") + child->spec().name + " (" +
                       std::string(supervisor::name(child->state())) + ")";
    return missing;
}

void Start::back(Back way, const std::string&, const std::string& why) {
    if (way == Back::end) duties_.failed(Error{why});
}

} // namespace rtpengine::supervisor::operation
