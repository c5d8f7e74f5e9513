// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace rtpengine::offload {

// Things that each have their time, and are taken when it has come: some at a time, as there may be very many. Times are µs of
// CLOCK_BOOTTIME.
template <class Thing> class Due {
  public:
    // One that is there already keeps its time.
    void add(const Thing& thing, std::uint64_t due_us) {
        if (due_.try_emplace(thing, due_us).second) order_.emplace(due_us, thing);
    }
    void remove(const Thing& thing) {
        const auto at = due_.find(thing);
        if (at == due_.end()) return;
        order_.erase({at->second, thing});
        due_.erase(at);
    }
    // Calls use(thing) for `some` of those whose time has come, the earliest first. True: there may be more.
    template <class Use> bool take(std::uint64_t now_us, unsigned some, Use use) {
        for (unsigned n = 0; n < some; ++n) {
            if (order_.empty() || order_.begin()->first > now_us) return false;
            const auto thing = order_.begin()->second;
            remove(thing);
            use(thing);
        }
        return true;
    }

  private:
    std::map<Thing, std::uint64_t> due_;
    std::set<std::pair<std::uint64_t, Thing>> order_;
};

} // namespace rtpengine::offload
