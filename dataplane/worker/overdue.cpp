// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/overdue.h"

#include <utility>

namespace rtpengine::dataplane {

std::vector<StreamSpec> Overdue::take_some() {
    std::vector<StreamSpec> some;
    auto at = specs_.lower_bound(next_);
    if (at == specs_.end()) at = specs_.begin();
    while (at != specs_.end() && some.size() < at_once) {
        next_ = at->first + 1;
        some.push_back(std::move(at->second));
        at = specs_.erase(at);
    }
    return some;
}

} // namespace rtpengine::dataplane
