// SPDX-License-Identifier: Apache-2.0
#include "common/base/off_limits.h"

#include <algorithm>

namespace rtpengine {

bool OffLimits::contains(const Endpoint& to, const Address& from) const {
    if (is_multicast(to.address) || (is_loopback(to.address) && !is_loopback(from))) return true;
    return std::any_of(listeners_.begin(), listeners_.end(), [&](const Endpoint& listener) {
        if (listener.port != to.port) return false;
        if (listener.address.is_unspecified()) return is_loopback(to.address) || host_.contains(to.address);
        return listener.address == to.address;
    });
}

} // namespace rtpengine
