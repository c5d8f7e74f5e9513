// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/ice/candidate.h"

namespace rtpengine::ice {

// What terms under which a pair was selected are known again by; others begin anew. Never 0. The names are no secret, and nothing of the
// passwords is in it.
constexpr std::uint64_t mark_of(const Terms& terms) {
    std::uint64_t mark = 0xcbf29ce484222325; // FNV-1a
    const auto add = [&](char byte) { mark = (mark ^ static_cast<std::uint8_t>(byte)) * 0x100000001b3; };
    for (const auto* name : {&terms.ours.ufrag, &terms.theirs.ufrag}) {
        for (const char byte : *name) add(byte);
        add(' '); // is in no name
    }
    add(terms.lite ? 'l' : 'f');
    return mark | 1;
}

} // namespace rtpengine::ice
