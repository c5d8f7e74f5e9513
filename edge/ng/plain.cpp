// SPDX-License-Identifier: Apache-2.0
#include "edge/ng/plain.h"

#include <random>

#include <fmt/format.h>

namespace rtpengine::edge {

PlainCookies::PlainCookies() {
    std::random_device random;
    prefix_ = fmt::format("edge_{:08x}{:08x}_", random(), random());
}

} // namespace rtpengine::edge
