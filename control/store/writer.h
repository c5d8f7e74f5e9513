// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/call/model.h"
#include "control/call/totals.h"
#include "store.pb.h"

namespace rtpengine::store {

// The loop's clock, milliseconds, and the wall clock, microseconds, of the same moment.
struct Clocks {
    std::uint64_t loop_ms;
    std::int64_t wall_us;

    std::int64_t to_wall(std::uint64_t at_ms) const {
        return wall_us + (static_cast<std::int64_t>(at_ms) - static_cast<std::int64_t>(loop_ms)) * 1000;
    }
    std::uint64_t to_loop(std::int64_t at_us) const {
        const auto ms = static_cast<std::int64_t>(loop_ms) + (at_us - wall_us) / 1000;
        return ms > 0 ? static_cast<std::uint64_t>(ms) : 0;
    }
};

// All of a call that its next control process needs. Pure.
void write(const call::Call& call, const std::string& instance, const Clocks& clocks, Call& record);

Totals write_totals(const call::Totals& totals);

} // namespace rtpengine::store
