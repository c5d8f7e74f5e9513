// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/srtp/source.h"
#include "common/state/map.h"

namespace rtpengine::dataplane {

// What the other workers have sent under keys. All of them look at all others, once for each SSRC that begins under some keys.
class Elsewhere {
  public:
    void add(const state::Map& map) { maps_.push_back(&map); } // outlives it

    // What was used of an SSRC, for who goes on with it; it has said before that it asks. nullopt: somebody has it or asks as well,
    // or that can't be said now.
    std::optional<srtp::UsedHalves> sent(std::uint64_t keys, std::uint32_t ssrc) const;

  private:
    std::vector<const state::Map*> maps_;
};

} // namespace rtpengine::dataplane
