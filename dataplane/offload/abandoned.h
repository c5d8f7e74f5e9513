// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>

#include "dataplane/offload/due.h"
#include "dataplane/offload/rule.h"

namespace rtpengine::offload {

// Rules that are withdrawn and that nobody has collected yet, as a listing shows them. Mostly somebody is about to; what he
// has left for long is left for ever. Times are µs of CLOCK_BOOTTIME.
class Abandoned {
  public:
    static constexpr std::uint64_t patience_us = 60'000'000;

    void found(const Key& key, std::uint64_t now_us) { due_.add({key.id, key.local}, now_us + patience_us); }
    // It was collected, or packets find it again.
    void forget(const Key& key) { due_.remove({key.id, key.local}); }
    // Calls give_up(key) for `some` of those whose time has come. True: there may be more.
    template <class GiveUp> bool tidy(std::uint64_t now_us, unsigned some, GiveUp give_up) {
        return due_.take(now_us, some, [&](const auto& each) { give_up(Key{each.first, each.second}); });
    }

  private:
    Due<std::pair<std::uint64_t, Endpoint>> due_;
};

} // namespace rtpengine::offload
