// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rtpengine::flow {

// One source's RTP sequence numbers (RFC 3550 appendix A.1, with a window that tells late packets from
// repeated ones).
struct Sequence {
    std::uint64_t highest = 0; // extended: wraps counted in the bits above 16
    std::uint64_t window = 0;  // bit n: highest - n has been seen; 0: nothing seen yet
    std::uint64_t lost = 0;    // missing so far; a late packet takes itself back
    std::uint64_t duplicates = 0;
};

// A jump of this many numbers or more, either way, is a source that began anew: nothing is lost.
constexpr int sequence_restart = 3000;

void advance(Sequence& sequence, std::uint16_t number);

} // namespace rtpengine::flow
