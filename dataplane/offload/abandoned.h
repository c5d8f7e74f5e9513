// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "dataplane/offload/rule.h"

namespace rtpengine::offload {

// Rules that are withdrawn and that nobody has collected yet, as a listing shows them. Mostly somebody is about to; what he
// has left for long is left for ever. Times are µs of CLOCK_BOOTTIME.
class Abandoned {
  public:
    static constexpr std::uint64_t patience_us = 60'000'000;

    void found(const Key& key, std::uint64_t now_us) { due_.try_emplace(of(key), now_us + patience_us); }
    // It was collected, or packets find it again.
    void forget(const Key& key) { due_.erase(of(key)); }
    // Calls give_up(key) for those whose time has come.
    template <class GiveUp> void tidy(std::uint64_t now_us, GiveUp give_up) {
        std::erase_if(due_, [&](const auto& each) {
            if (each.second > now_us) return false;
            give_up(Key{each.first.first, each.first.second});
            return true;
        });
    }

  private:
    static std::pair<std::uint64_t, Endpoint> of(const Key& key) { return {key.id, key.local}; }
    std::map<std::pair<std::uint64_t, Endpoint>, std::uint64_t> due_;
};

} // namespace rtpengine::offload
