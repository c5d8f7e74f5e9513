// SPDX-License-Identifier: Apache-2.0
#include "supervisor/operation/stop.h"

#include <algorithm>

#include "common/base/log.h"

namespace rtpengine::supervisor::operation {

// Control, or all.
std::vector<Child*> Stop::of(const std::string& name) const {
    return name.empty() ? fleet_.children() : std::vector{&fleet_.control()};
}

Status Stop::begin(Step, const std::string& name) {
    for (auto* child : of(name))
        if (!is_down(*child)) child->stop();
    return {};
}

Result<bool> Stop::came(Step, const std::string& name) {
    const auto all = of(name);
    return std::all_of(all.begin(), all.end(), [](const Child* child) { return is_down(*child); });
}

void Stop::back(Back, const std::string& name, const std::string& why) {
    log::err("{}: {}; it is left alone", name.empty() ? "workers" : name, why);
}

} // namespace rtpengine::supervisor::operation
