/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "file.h"

namespace making {

inline constexpr uint32_t ssrcs[] = {0x01020304, 0xfffffffe, 0, 0x80808080};

// RTP with random CSRCs, extension and payload; between 12 and 1450 bytes.
Bytes rtp(uint32_t ssrc, uint16_t seq, unsigned payload);
Bytes rtcp(uint32_t ssrc, unsigned words);
// The usual kind.
Bytes rtp_packet(uint32_t ssrc, uint16_t seq);
// A random one, mostly the usual.
unsigned payload_size();

// Sequence numbers as a network brings them: mostly on by one, some lost, late, twice, far ahead, far
// behind.
class Sequence {
  public:
    explicit Sequence(uint16_t first) : highest_(first) {}

    uint16_t next();

  private:
    uint16_t highest_;
};

} // namespace making
