// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "dataplane/spec.h"

namespace rtpengine::dataplane {

// Streams of a Sync that could not be made what they shall be: another program has the port, no descriptor is left, no memory.
// Nobody waits for them, so they are tried again until control wants something else of their slot.
class Overdue {
  public:
    static constexpr std::size_t at_once = 64; // a try costs some system calls

    void add(const StreamSpec& spec) { specs_[spec.slot] = spec; }
    // Control has said what shall be there.
    void forget(std::uint32_t slot) { specs_.erase(slot); }
    void clear() { specs_.clear(); }

    // Those whose turn it is; add() again what fails again.
    std::vector<StreamSpec> take_some();

  private:
    std::map<std::uint32_t, StreamSpec> specs_; // by slot
    std::uint32_t next_ = 0;                    // slot to go on with
};

} // namespace rtpengine::dataplane
