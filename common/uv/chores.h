// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "common/uv/loop.h"

namespace rtpengine::uv {

// Work that would take a loop too long at a time, done in pieces: some in each turn, and what comes meanwhile is served in
// between. Whose chores they are outlives them.
class Chores {
  public:
    static constexpr std::uint64_t share_us = 2000; // of a turn, for all of them together

    explicit Chores(Loop& loop) : on_turn_(loop, [this] { work(); }) {}

    // Calls `piece` from the loop until it says that it is through. A piece takes a small part of `share_us`.
    void add(std::function<bool()> piece);

  private:
    void work();

    std::deque<std::function<bool()>> chores_; // they take turns
    Idle on_turn_;
};

} // namespace rtpengine::uv
