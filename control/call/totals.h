// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rtpengine::call {

// Of an instance since it was started, by whichever processes.
struct Totals {
    std::uint64_t since_ms = 0; // CLOCK_MONOTONIC
    std::uint64_t managed = 0, rejected = 0, timeout = 0, silent_timeout = 0, final_timeout = 0, offer_timeout = 0,
                  regular = 0, forced = 0, zero_way = 0, one_way = 0;
    double duration_s = 0, duration_squared_s = 0; // of ended calls

    bool operator==(const Totals&) const = default;
};

} // namespace rtpengine::call
