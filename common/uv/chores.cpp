// SPDX-License-Identifier: Apache-2.0
#include "common/uv/chores.h"

#include <chrono>
#include <utility>

namespace rtpengine::uv {

void Chore::work() {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::microseconds(share_us);
    do {
        if (piece_()) return on_turn_.stop();
    } while (Clock::now() < until);
}

void Chores::add(std::function<bool()> piece) {
    chores_.push_back(std::move(piece));
    chore_.begin();
}

bool Chores::next() {
    decltype(chores_) now;
    now.splice(now.begin(), chores_, chores_.begin());
    if (!now.front()()) chores_.splice(chores_.end(), now);
    return chores_.empty();
}

} // namespace rtpengine::uv
