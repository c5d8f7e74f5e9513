// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <vector>

namespace rtpengine::ports {

// The media ports of one local address. A port given back is not handed out again before the search has gone
// round the whole range, so that late packets of an old call don't meet a new one.
class Pool {
  public:
    // `exclude` are never used. The search starts at a random port.
    Pool(std::uint16_t min, std::uint16_t max, const std::vector<std::uint16_t>& exclude, std::mt19937_64& random);

    // The first of `count` free ports in a row, even when count > 1 (RTP even, RTCP the next odd one); all of them
    // are taken. nullopt: none left.
    std::optional<std::uint16_t> take(unsigned count);
    // This one; false: it isn't free, or not of this range.
    bool take_this(std::uint16_t port);
    void give_back(std::uint16_t port);
    // Another program has it: not tried again before `until_ms` (the caller's clock).
    void block(std::uint16_t port, std::uint64_t until_ms);
    void unblock_due(std::uint64_t now_ms);

    std::uint16_t min() const { return min_; }
    std::uint16_t max() const { return max_; }
    unsigned total() const { return static_cast<unsigned>(taken_.size()); }
    unsigned used() const { return used_; }

  private:
    bool free_run(std::size_t first, unsigned count) const;

    std::uint16_t min_, max_;
    std::vector<bool> taken_;
    std::size_t cursor_;
    unsigned used_ = 0;
    std::vector<std::pair<std::uint64_t, std::uint16_t>> blocked_; // (until ms, port)
};

// One port, from taking to the moment when nothing listens on it any more.
class Lease {
  public:
    Lease(Pool& pool, std::uint16_t port) : pool_(&pool), port_(port) {}
    ~Lease() { pool_->give_back(port_); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    std::uint16_t port() const { return port_; }
    Pool& pool() const { return *pool_; }

  private:
    Pool* pool_;
    std::uint16_t port_;
};

} // namespace rtpengine::ports
