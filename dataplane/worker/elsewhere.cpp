// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/elsewhere.h"

#include "common/state/sent.h"

namespace rtpengine::dataplane {

namespace {

// Both halves, as far as one of those has come.
void raise(srtp::UsedHalves& used, const srtp::Source& source, const srtp::Turn& turn) {
    for (unsigned half = 0; half < used.size(); ++half) {
        const auto& window = srtp::window(source, static_cast<srtp::Half>(half), turn);
        if (const auto there = srtp::load(window); there.next > used[half].next) used[half] = there;
    }
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
            if (source.ssrc.get() & state::resting) raise(there, source, turn_of(map));
            else nobody = false;
        }
    };
    if (!state::Sent(map).each(keys, begin, look) || !nobody) return false;
    for (unsigned half = 0; half < used.size(); ++half)
        if (there[half].next > used[half].next) used[half] = there[half];
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
