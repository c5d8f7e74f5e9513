// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "dataplane/srtp/session.h"

namespace rtpengine::srtp {

// The SSRCs of one direction under one key. A place is never given to another one: the window of the first would be lost, and who
// sends would use its indices once more, who receives take packets that were recorded. A new key begins with places that are
// all zero.
class Places {
  public:
    // What was used before in a place that isn't taken doesn't count: whoever wrote it was killed before the packet was anywhere.
    explicit Places(std::span<Source> places) : places_(places) {}

    // nullptr: it has none.
    Source* find(std::uint32_t ssrc) const {
        for (auto& place : places_)
            if (place.is(ssrc)) return &place;
        return nullptr;
    }

    // Whoever has it, or has had it; nullptr: it has none.
    Source* held(std::uint32_t ssrc) const {
        for (auto& place : places_)
            if (place.is_about(ssrc)) return &place;
        return nullptr;
    }
    // A free one, all zero; nullptr: there is none.
    Source* clean() const {
        for (auto& place : places_)
            if (place.free()) {
                if (place.turn.get() || place.now[0].next.get() || place.now[1].next.get()) wipe(place);
                return &place;
            }
        return nullptr;
    }

    // As Session's, and no_place.
    Outcome protect(Session& session, Half half, const Turn& turn, Bytes from, std::span<std::uint8_t> to) const {
        return with_place(half, from, [&](Source& source) { return session.protect(half, source, turn, from, to); });
    }
    Outcome unprotect(Session& session, Half half, const Turn& turn, Bytes from, std::span<std::uint8_t> to) const {
        return with_place(half, from, [&](Source& source) { return session.unprotect(half, source, turn, from, to); });
    }

    // For one SSRC more.
    bool room() const {
        for (const auto& place : places_)
            if (place.free()) return true;
        return false;
    }

  private:
    template <class Do> Outcome with_place(Half half, Bytes packet, Do run) const {
        const auto header = Header::parse(half, packet); // of what is protected the beginning is plain
        if (!header) return {Fault::malformed};
        if (auto* const known = find(header->ssrc)) [[likely]] return run(*known);
        return begin(header->ssrc, run);
    }
    // Calls run(place) for an SSRC that has none. It has this one behind a packet that succeeded.
    template <class Do> Outcome begin(std::uint32_t ssrc, Do run) const {
        auto* const place = clean();
        if (!place) return {Fault::no_place};
        const auto outcome = run(*place);
        if (outcome) place->ssrc.set(state::taken | ssrc); // use() was before, for whoever sees it
        return outcome;
    }
    static void wipe(Source& place) {
        constexpr Window none{};
        for (auto& window : place.now) copy(window, none);
        for (auto& window : place.before) copy(window, none);
        place.turn.set(0);
    }

    std::span<Source> places_;
};

} // namespace rtpengine::srtp
