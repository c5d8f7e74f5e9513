// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace rtpengine::supervisor {

// Places of workers among all workers of the supervisor (WorkerInfo.index). A worker keeps its own; what is given back is
// used again.
class Indexes {
  public:
    // The first of `count` free ones in a row.
    std::uint32_t take(std::uint32_t count) {
        const auto run = std::search_n(taken_.begin(), taken_.end(), static_cast<std::ptrdiff_t>(count), false);
        const auto first = static_cast<std::uint32_t>(run - taken_.begin());
        if (run != taken_.end()) return mark(first, count);
        return mark(trailing(), count);
    }
    // These are somebody's already.
    void keep(std::uint32_t first, std::uint32_t count) { mark(first, count); }
    void give_back(std::uint32_t first, std::uint32_t count) { std::fill_n(taken_.begin() + first, count, false); }

  private:
    std::uint32_t mark(std::uint32_t first, std::uint32_t count) {
        if (taken_.size() < first + count) taken_.resize(first + count);
        std::fill_n(taken_.begin() + first, count, true);
        return first;
    }
    // Where the free ones at the end begin.
    std::uint32_t trailing() const {
        const auto last = std::find(taken_.rbegin(), taken_.rend(), true);
        return static_cast<std::uint32_t>(taken_.rend() - last);
    }

    std::vector<bool> taken_;
};

// A worker's own, from its making until nothing of it is left: its process is gone by then.
class IndexLease {
  public:
    IndexLease(Indexes& indexes, std::uint32_t index) : indexes_(&indexes), index_(index) {}
    IndexLease(IndexLease&& other) noexcept : indexes_(std::exchange(other.indexes_, nullptr)), index_(other.index_) {}
    IndexLease& operator=(IndexLease&&) = delete;
    ~IndexLease() {
        if (indexes_) indexes_->give_back(index_, 1);
    }

  private:
    Indexes* indexes_;
    std::uint32_t index_;
};

} // namespace rtpengine::supervisor
