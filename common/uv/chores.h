// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <list>

#include "common/uv/loop.h"

namespace rtpengine::uv {

// Work that would take a loop too long at a time, done in pieces: some in each turn, and what comes meanwhile is served in
// between. Whose chore it is outlives it.
class Chore {
  public:
    static constexpr std::uint64_t share_us = 2000; // of a turn

    // Calls `piece` from the loop, from begin() until it says that it is through. A piece takes a small part of `share_us`.
    Chore(Loop& loop, std::function<bool()> piece) : piece_(std::move(piece)), on_turn_(loop, [this] { work(); }) {}

    // Takes no memory. While it is at work: nothing.
    void begin() noexcept { on_turn_.start(); }

  private:
    void work();

    std::function<bool()> piece_;
    Idle on_turn_;
};

// Several, which take turns; the share is for all of them together.
class Chores {
  public:
    static constexpr std::uint64_t share_us = Chore::share_us;

    explicit Chores(Loop& loop) : chore_(loop, [this] { return next(); }) {}

    void add(std::function<bool()> piece);

  private:
    bool next();

    std::list<std::function<bool()>> chores_;
    Chore chore_;
};

} // namespace rtpengine::uv
