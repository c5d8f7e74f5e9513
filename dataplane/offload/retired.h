// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "dataplane/offload/bpf_maps.h"

namespace rtpengine::offload {

// Streams that are sealed and wait until no program can hold them any more: the element of one that is deleted may be
// another's at once. Times are µs of CLOCK_BOOTTIME.
class Retired {
  public:
    // A program runs some µs in one go, without sleeping.
    static constexpr std::uint64_t rest_us = 1'000'000;
    // Somebody else's: a worker in the middle of a change may need it still, or it was killed there.
    static constexpr std::uint64_t patience_us = 60'000'000;

    void add(const forward_generation& generation, std::uint64_t now_us) { until(generation, now_us + rest_us); }
    void found(const forward_generation& generation, std::uint64_t now_us) { until(generation, now_us + patience_us); }

    // Deletes those whose time has come.
    void tidy(BpfMaps& maps, std::uint64_t now_us) {
        std::erase_if(due_, [&](const auto& each) {
            const auto& [key, due_us] = each;
            if (due_us > now_us) return false;
            maps.remove_stream({key.first, key.second});
            return true;
        });
    }

  private:
    void until(const forward_generation& generation, std::uint64_t due_us) {
        due_.try_emplace({generation.id, generation.serial}, due_us);
    }

    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> due_;
};

} // namespace rtpengine::offload
