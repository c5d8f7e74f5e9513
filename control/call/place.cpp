// SPDX-License-Identifier: Apache-2.0
#include "control/call/place.h"

#include "control/call/allocate.h"

namespace rtpengine::call {

namespace {

void forget(Media& media) {
    MediaFacts fresh{};
    fresh.index = media.index;
    static_cast<MediaFacts&>(media) = std::move(fresh);
}

void forget(Party& party) {
    PartyFacts fresh{};
    fresh.number = party.number;
    static_cast<PartyFacts&>(party) = std::move(fresh);
    for (const auto& media : party.medias) forget(*media);
}

// The one with the most media, of those that don't have too many.
Party* find_place(const Call& call, std::size_t medias) {
    Party* best = nullptr;
    for (const auto& party : call.parties)
        if (party->gone && party->medias.size() <= medias && (!best || party->medias.size() > best->medias.size())) best = party.get();
    return best;
}

} // namespace

Party& take_place(Call& call, const std::string& tag, std::size_t medias, BootTime now, const Touch& touch) {
    auto* party = find_place(call, medias);
    if (!party) return call.add_party(tag, "", now);
    touch(*party);
    forget(*party); // figures that came after it had gone
    party->tag = tag;
    party->created = now;
    return *party;
}

void leave_place(Party& party) {
    release_ports(party);
    party.call->close_party(party);
    forget(party);
    party.closed = party.gone = true;
}

void give_label(Party& party, const std::string& label, const Touch& touch) {
    if (label.empty()) return;
    if (auto* other = party.call->find_label(label)) {
        touch(*other);
        other->label.clear();
    }
    party.label = label;
}

} // namespace rtpengine::call
