// SPDX-License-Identifier: Apache-2.0
#include "common/uv/chores.h"

#include <chrono>
#include <utility>

namespace rtpengine::uv {

void Chores::add(std::function<bool()> piece) {
    chores_.push_back(std::move(piece));
    on_turn_.start();
}

void Chores::work() {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::microseconds(share_us);
    while (!chores_.empty()) {
        auto piece = std::move(chores_.front());
        chores_.pop_front();
        if (!piece()) chores_.push_back(std::move(piece));
        if (Clock::now() >= until) return;
    }
    on_turn_.stop();
}

} // namespace rtpengine::uv
