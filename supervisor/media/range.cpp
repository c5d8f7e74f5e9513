// SPDX-License-Identifier: Apache-2.0
#include "supervisor/media/range.h"

#include <algorithm>

namespace rtpengine::supervisor::media {

std::vector<Range> ranges_of(const link::InstanceConfig& instance) {
    std::vector<Range> ranges;
    for (const auto& interface : instance.interfaces())
        for (const auto& local : interface.addresses()) {
            const Range range{Address::from_bytes(local.address()), static_cast<std::uint16_t>(local.port_min()),
                              static_cast<std::uint16_t>(local.port_max())};
            if (std::find(ranges.begin(), ranges.end(), range) == ranges.end()) ranges.push_back(range);
        }
    return ranges;
}

} // namespace rtpengine::supervisor::media
