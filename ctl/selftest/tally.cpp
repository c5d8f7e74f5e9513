// SPDX-License-Identifier: Apache-2.0
#include "ctl/selftest/tally.h"

#include <algorithm>
#include <cmath>

namespace rtpengine::ctl {

void Tally::received(std::size_t index, std::chrono::nanoseconds delay) {
    if (index >= seen_.size()) return strange();
    if (seen_[index]) {
        ++duplicates_;
        return;
    }
    seen_[index] = true;
    delays_.push_back(delay);
}

std::chrono::nanoseconds Tally::percentile(double share) const {
    if (delays_.empty()) return {};
    auto sorted = delays_;
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
    std::nth_element(sorted.begin(), at, sorted.end());
    return *at;
}

} // namespace rtpengine::ctl
