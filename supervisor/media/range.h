// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/endpoint.h"
#include "link.pb.h"

namespace rtpengine::supervisor::media {

// Media ports of one address, both ends included.
struct Range {
    Address address;
    std::uint16_t min = 0, max = 0;

    bool overlaps(const Range& other) const {
        return address == other.address && min <= other.max && other.min <= max;
    }
    std::string str() const { // "192.0.2.1, ports 30000-39999"
        return address.str() + ", ports " + std::to_string(min) + "-" + std::to_string(max);
    }
    bool operator==(const Range&) const = default;
};

// Each once.
std::vector<Range> ranges_of(const link::InstanceConfig& instance);

} // namespace rtpengine::supervisor::media
