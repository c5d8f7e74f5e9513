// SPDX-License-Identifier: Apache-2.0
#include "control/budget.h"

#include <fmt/format.h>

namespace rtpengine {

Status Budget::allows(std::size_t amount) const {
    if (amount <= most) return {};
    return Error{fmt::format("Too much: {} {}, at most {}", amount, what, most)};
}

} // namespace rtpengine
