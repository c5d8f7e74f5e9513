// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "dataplane/timing/wheel.h"

namespace rtpengine::test {

// Time that passes when a test says so.
class FakeClock final : public timing::Clock {
  public:
    std::uint64_t now_ms() const override { return now; }
    void wake_at(std::uint64_t due_ms) override { wake = due_ms; }
    void sleep() override { wake.reset(); }

    // Stops wherever it was asked to, as a loop does that is never late.
    void pass(timing::Wheel& wheel, std::uint64_t ms) {
        for (const auto end = now + ms; now < end || (wake && *wake <= now);) {
            now = std::max(now, std::min(wake.value_or(end), end));
            if (wake && *wake <= now) turn(wheel);
        }
    }
    void turn(timing::Wheel& wheel) {
        wake.reset();
        ++turns;
        wheel.turn();
    }

    std::uint64_t now = 1'000'000;
    std::optional<std::uint64_t> wake;
    unsigned turns = 0;
};

} // namespace rtpengine::test
