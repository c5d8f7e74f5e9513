// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>

#include "dataplane/offload/bpf_maps.h"
#include "dataplane/offload/due.h"

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

    // Deletes `some` of those whose time has come. True: there may be more.
    bool tidy(BpfMaps& maps, std::uint64_t now_us, unsigned some) {
        return due_.take(now_us, some, [&](const auto& key) { maps.remove_stream({key.first, key.second}); });
    }

  private:
    void until(const forward_generation& generation, std::uint64_t due_us) {
        due_.add({generation.id, generation.serial}, due_us);
    }

    Due<std::pair<std::uint64_t, std::uint64_t>> due_;
};

} // namespace rtpengine::offload
