// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "common/base/fd.h"
#include "common/base/result.h"

namespace rtpengine::state {

// Rules on their way to a worker, in a memory file of the supervisor's that can't shrink: control writes, before an answer leaves
// that makes them true, which edition of a stream's rule is the latest; the worker, which knows the edition that it has, lets
// packets wait meanwhile. A number for each slot of its records.
class Announcements {
  public:
    // Supervisor: a new file. Errors: no memory.
    static Result<Fd> create(std::uint32_t slots);
    // Supervisor: another descriptor of it that can't be written through.
    static Result<Fd> readable(const Fd& file);
    // No file: nobody else will ever see them. Errors: it is too short, or can't be mapped.
    static Result<Announcements> open(Fd file, std::uint32_t slots, bool writable);

    Announcements(Announcements&& other) noexcept;
    Announcements& operator=(Announcements&& other) noexcept;
    ~Announcements();

    // 0: none yet. `slot` is one of them.
    std::uint32_t get(std::uint32_t slot) const { return editions_[slot].load(std::memory_order_acquire); }
    void set(std::uint32_t slot, std::uint32_t edition) { editions_[slot].store(edition, std::memory_order_release); }

  private:
    using Edition = std::atomic<std::uint32_t>;
    static_assert(Edition::is_always_lock_free);
    Announcements(void* base, std::uint32_t slots) : editions_(static_cast<Edition*>(base)), slots_(slots) {}

    Edition* editions_;
    std::uint32_t slots_;
};

} // namespace rtpengine::state
