// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "link.pb.h"

namespace rtpengine::supervisor {

// Which streams workers died at, by a fault or because they hung. A stream that did it again and again is poisonous. Pure;
// times are milliseconds of any monotonic clock.
class DeathTally {
  public:
    static constexpr std::uint32_t enough = 3;
    static constexpr std::uint64_t remembered_ms = 10 * 60'000;

    // True: it has become poisonous with this death. `stream` 0: the worker was idle; nobody is blamed.
    bool add(std::uint32_t worker, std::uint64_t stream, std::uint64_t now_ms) {
        if (!stream) return false;
        forget(now_ms);
        auto& entry = entries_[stream];
        entry = {worker, entry.deaths + 1, now_ms};
        return entry.deaths == enough;
    }
    // What control is to be told, until it is forgotten: its calls may have gone by then, and come again from the store.
    std::vector<link::Poisoned> poisoned(std::uint64_t now_ms) {
        forget(now_ms);
        std::vector<link::Poisoned> all;
        for (const auto& [stream, entry] : entries_) {
            if (entry.deaths < enough) continue;
            link::Poisoned message;
            message.set_worker(entry.worker);
            message.set_stream(stream);
            message.set_deaths(entry.deaths);
            all.push_back(std::move(message));
        }
        return all;
    }

  private:
    struct Entry {
        std::uint32_t worker = 0, deaths = 0;
        std::uint64_t last_ms = 0;
    };
    void forget(std::uint64_t now_ms) {
        std::erase_if(entries_, [now_ms](const auto& each) { return each.second.last_ms + remembered_ms < now_ms; });
    }

    std::map<std::uint64_t, Entry> entries_; // by stream
};

} // namespace rtpengine::supervisor
