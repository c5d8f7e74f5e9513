// SPDX-License-Identifier: Apache-2.0
// sdp-attr: what the SIP proxy wants added, removed or replaced, purely as text (specification section 5.11).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "control/sdp/wishes.h"

namespace rtpengine::sdp {

// The edits of one section type ("global", "audio" ...), ready for look-ups.
class Edits {
  public:
    Edits(const std::vector<SectionEdits>& all, std::string_view type);

    // What to print for "name[:value]": `line` itself or its replacement, which lives as long as this object;
    // nullopt when it is removed.
    std::optional<std::string_view> apply(std::string_view line) const&;
    std::optional<std::string_view> apply(std::string_view line) && = delete;
    const std::vector<std::string>& additions() const { return additions_; } // without "a="

  private:
    std::unordered_set<std::string> removals_; // keys are lower case
    std::unordered_map<std::string, std::string> substitutes_;
    std::vector<std::string> additions_;
};

} // namespace rtpengine::sdp
