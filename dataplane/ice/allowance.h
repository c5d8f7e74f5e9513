// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace rtpengine::ice {

// So many at once, and so many a second more. Whoever asks beyond that gets none.
class Allowance {
  public:
    constexpr Allowance(unsigned at_once, unsigned a_second) : most_(std::uint64_t{at_once} * whole), a_second_(a_second), left_(most_) {}

    // One of them; false: there is none now. Times never go back.
    bool take(std::uint64_t now_ms) {
        left_ = std::min(most_, left_ + (now_ms - at_ms_) * a_second_);
        at_ms_ = now_ms;
        if (left_ < whole) return false;
        left_ -= whole;
        return true;
    }

  private:
    static constexpr std::uint64_t whole = 1000; // ms of one a second
    std::uint64_t most_, a_second_, left_;
    std::uint64_t at_ms_ = 0;
};

} // namespace rtpengine::ice
