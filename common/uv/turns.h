// SPDX-License-Identifier: Apache-2.0
// How long a loop was away from waiting.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace rtpengine::uv {

// Durations by powers of two of a microsecond.
class Histogram {
  public:
    static constexpr unsigned buckets = 24;

    // Bucket 0 has what took less than 1 µs, n what took 2^(n-1) to 2^n µs, the last one whatever took longer.
    void count(std::uint64_t us) {
        ++counts_[std::min<unsigned>(static_cast<unsigned>(std::bit_width(us)), buckets - 1)];
        longest_us_ = std::max(longest_us_, us);
    }
    const std::array<std::uint64_t, buckets>& counts() const { return counts_; }
    std::uint64_t longest_us() const { return longest_us_; }

  private:
    std::array<std::uint64_t, buckets> counts_{};
    std::uint64_t longest_us_ = 0;
};

// From when a loop wakes up to when it waits again. What the machine did meanwhile is in `elapsed`; `cpu` is the program's own.
struct Turns {
    Histogram elapsed, cpu;
};

} // namespace rtpengine::uv
