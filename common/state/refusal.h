// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace rtpengine::state {

// Why a worker took nothing of a packet: what Traffic::errors of a stream consists of. Lies in shared memory, by its number.
enum class Refusal : std::uint8_t {
    kind,     // none of those that its port takes
    source,   // strict-source or ICE: it comes from elsewhere
    loop,     // it was here before
    forged,   // SRTP: not authentic, or no SRTP at all
    repeated, // SRTP: it came before, or is too old to say
    ssrcs,    // SRTP: more SSRCs under one key than there are places for
    other,    // SRTP: the cipher failed
    room,     // SRTP: its index is the kernel's, and there is no room for it until that is ours again
};

// As ctl says it.
constexpr std::array<std::string_view, 8> refusal_texts = {
    "kind", "source", "loop", "forged", "repeated", "ssrcs", "other", "room",
};
static_assert(refusal_texts.size() == static_cast<std::size_t>(Refusal::room) + 1);

} // namespace rtpengine::state
