// SPDX-License-Identifier: Apache-2.0
#include "control/ports/pool.h"

#include <algorithm>

namespace rtpengine::ports {

Pool::Pool(std::uint16_t min, std::uint16_t max, const std::vector<std::uint16_t>& exclude, std::mt19937_64& random)
    : min_(min), max_(max), taken_(static_cast<std::size_t>(max - min) + 1) {
    for (const auto port : exclude)
        if (port >= min && port <= max) taken_[port - min] = true;
    cursor_ = std::uniform_int_distribution<std::size_t>(0, taken_.size() - 1)(random);
}

bool Pool::free_run(std::size_t first, unsigned count) const {
    if (first + count > taken_.size()) return false;
    if (count > 1 && (min_ + first) % 2 != 0) return false;
    return std::none_of(taken_.begin() + static_cast<std::ptrdiff_t>(first),
                        taken_.begin() + static_cast<std::ptrdiff_t>(first + count), [](bool taken) { return taken; });
}

std::optional<std::uint16_t> Pool::take(unsigned count) {
    for (std::size_t tried = 0; tried < taken_.size(); ++tried) {
        const auto first = (cursor_ + tried) % taken_.size();
        if (!free_run(first, count)) continue;
        std::fill_n(taken_.begin() + static_cast<std::ptrdiff_t>(first), count, true);
        used_ += count;
        cursor_ = (first + count) % taken_.size();
        return static_cast<std::uint16_t>(min_ + first);
    }
    return std::nullopt;
}

bool Pool::take_this(std::uint16_t port) {
    if (port < min_ || port > max_ || taken_[port - min_]) return false;
    taken_[port - min_] = true;
    ++used_;
    return true;
}

void Pool::give_back(std::uint16_t port) {
    --used_;
    const auto blocked = [port](const auto& entry) { return entry.second == port; };
    if (std::none_of(blocked_.begin(), blocked_.end(), blocked)) taken_[port - min_] = false;
}

void Pool::block(std::uint16_t port, std::uint64_t until_ms) { blocked_.emplace_back(until_ms, port); }

void Pool::unblock_due(std::uint64_t now_ms) {
    std::erase_if(blocked_, [&](const auto& entry) {
        if (entry.first > now_ms) return false;
        taken_[entry.second - min_] = false;
        return true;
    });
}

} // namespace rtpengine::ports
