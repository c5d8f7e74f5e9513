// SPDX-License-Identifier: Apache-2.0
#include "dataplane/flow/loop_guard.h"

#include <algorithm>

namespace rtpengine::flow {

namespace {

// FNV-1a over the length and the beginning: header, SSRC and some payload. Not a defence against forgery: who
// forges a collision only has his own packets dropped.
std::uint64_t fingerprint(rtp::Bytes datagram) {
    std::uint64_t hash = 0xcbf29ce484222325 ^ datagram.size();
    for (const auto byte : datagram.first(std::min<std::size_t>(datagram.size(), 32)))
        hash = (hash ^ byte) * 0x100000001b3;
    return hash;
}

} // namespace

bool LoopGuard::looped(rtp::Bytes datagram) {
    const auto hash = fingerprint(datagram);
    for (auto& entry : entries_)
        if (entry.times && entry.fingerprint == hash) return ++entry.times > rounds;
    entries_[next_] = {hash, 1};
    next_ = (next_ + 1) % remembered;
    return false;
}

} // namespace rtpengine::flow
