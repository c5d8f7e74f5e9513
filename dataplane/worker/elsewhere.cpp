// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/elsewhere.h"

#include "common/state/sent.h"

namespace rtpengine::dataplane {

namespace {

// Each half as far as one of both has come.
void raise(srtp::UsedHalves& used, const srtp::UsedHalves& other) {
    for (unsigned half = 0; half < used.size(); ++half)
        if (other[half].next > used[half].next) used[half] = other[half];
}

srtp::UsedHalves used_of(const srtp::Source& source, const srtp::Turn& turn) {
    return {srtp::load(srtp::window(source, srtp::Half::rtp, turn)), srtp::load(srtp::window(source, srtp::Half::rtcp, turn))};
}

srtp::Turn turn_of(const state::Map& map) {
    const auto& turns = map.header().turns;
    return {turns.begun.get(), turns.settled.get()};
}

// False: somebody has it.
bool ask(const state::Map& map, std::uint64_t keys, std::uint32_t ssrc, srtp::UsedHalves& used) {
    bool nobody = true;
    srtp::UsedHalves there;
    const auto begin = [&] {
        nobody = true;
        there = {};
    };
    const auto look = [&](const state::ProtectionRecord& part) {
        for (const auto& source : srtp::sources_of(part)) {
            if (!source.is_about(ssrc)) continue;
            if (source.ssrc.get() & state::resting) raise(there, used_of(source, turn_of(map)));
            else nobody = false;
        }
    };
    if (!state::Sent(map).each(keys, begin, look) || !nobody) return false;
    raise(used, there);
    return true;
}

} // namespace

std::optional<srtp::UsedHalves> Elsewhere::sent(std::uint64_t keys, std::uint32_t ssrc) const {
    std::optional<srtp::UsedHalves> used(std::in_place);
    for (const auto* map : maps_)
        if (!ask(*map, keys, ssrc, *used)) return std::nullopt;
    return used;
}

} // namespace rtpengine::dataplane
