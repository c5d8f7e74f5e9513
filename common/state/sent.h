// SPDX-License-Identifier: Apache-2.0
// What a worker has sent under keys, for other workers: who is about to send under the same ones must not use an index of SRTP again.
#pragma once

#include <cstdint>

#include "common/state/map.h"

namespace rtpengine::state {

// For who writes it. Nobody sends that SSRC any more, in case it is held so and not the kernel's ...
void rest(ProtectionRecord::Room& source, Hold held);
// ... nor any of a list's.
void rest(ProtectionRecord& first);

class Sent {
  public:
    explicit Sent(const Map& map) : map_(map) {}

    // Calls visit(part) for what was sent under the keys with that fingerprint, sinks or none leading to it. Perhaps more than once; then
    // before() was called in between. False: it can't be said now, as its writer is at work or was killed at it.
    template <class Before, class Visit> bool each(std::uint64_t keys, Before before, Visit visit) const {
        for (unsigned attempt = 0; attempt < attempts; ++attempt) {
            const auto edition = map_.header().edition.get();
            std::atomic_thread_fence(std::memory_order_acquire);
            before();
            const bool whole = edition % 2 == 0 && walk(keys, visit);
            std::atomic_thread_fence(std::memory_order_acquire);
            if (whole && map_.header().edition.get() == edition) return true;
        }
        return false;
    }

  private:
    static constexpr unsigned attempts = 3, longest = 1000; // of a bucket's lists, and of the parts of one

    template <class T> const T* at(std::uint64_t place) const {
        const auto offset = place * Slot::unit;
        return place && map_.part_at(offset, T::kind) >= T::first_size ? reinterpret_cast<const T*>(map_.at(offset)) : nullptr;
    }
    std::uint64_t place_of(const void* part) const {
        return static_cast<std::uint64_t>(static_cast<const char*>(part) - map_.at(0)) / Slot::unit;
    }
    // False: it leads nowhere.
    template <class Visit> bool walk(std::uint64_t keys, Visit visit) const {
        const auto place = map_.header().directory.get();
        if (!place) return true; // nothing
        const auto* const directory = at<DirectoryRecord>(place);
        if (!directory) return false;
        auto left = longest;
        auto next = directory->buckets[keys % DirectoryRecord::size].get();
        for (; next && left; --left) {
            const auto* const first = at<ProtectionRecord>(next);
            if (!first) return false;
            if (first->keys.get() == keys && !walk_parts(*first, left, visit)) return false;
            next = first->beside.get();
        }
        return !next;
    }
    template <class Visit> bool walk_parts(const ProtectionRecord& first, unsigned left, Visit visit) const {
        for (const auto* part = &first; left; --left) {
            visit(*part);
            const auto distance = part->part.next.get();
            if (!distance) return true;
            part = at<ProtectionRecord>(place_of(part) + static_cast<std::uint64_t>(std::int64_t{distance}));
            if (!part) return false;
        }
        return false;
    }

    const Map& map_;
};

} // namespace rtpengine::state
