// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <span>

#include "dataplane/rtp/extensions.h"
#include "dataplane/rtp/kind.h"

namespace rtpengine::rtp {

inline constexpr std::size_t payload_types = 128;
using PayloadTypes = std::bitset<payload_types>;

// How RTP and RTCP that leave by one sink differ from what came. Pure.
struct Edit {
    PayloadTypes dropped;   // don't leave
    PayloadTypes silenced;  // leave with a payload of `silence` alone
    std::array<std::uint8_t, payload_types> silence{};
    StrippedExtensions stripped;
    bool no_feedback = false; // RTCP loses what RFC 4585 has brought

    bool any() const { return dropped.any() || silenced.any() || stripped.any() || no_feedback; }
    // Whether the packet may leave as it came, where it can't leave otherwise: it would be heard if not.
    bool lets_pass(Kind kind, Bytes packet) const;
    // Writes it as it leaves to `to`, which is as long as `packet`. Returns its length; 0: it doesn't leave.
    std::size_t apply(Kind kind, Bytes packet, std::span<std::uint8_t> to) const;

    bool operator==(const Edit&) const = default;
};

} // namespace rtpengine::rtp
