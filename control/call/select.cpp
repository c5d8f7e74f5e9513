// SPDX-License-Identifier: Apache-2.0
#include "control/call/select.h"

namespace rtpengine::call {

namespace {

// nullptr: the entire call.
Result<Party*> select_party(const Call& call, const ng::DialogueFlags& flags, bool by_tag) {
    if (flags.all == ng::AllSelector::all) return nullptr;
    if (!flags.label.empty()) {
        if (auto* party = call.find_label(flags.label)) return party;
        return Error{"No monologue matching the given label"};
    }
    if (!flags.address.empty()) {
        const auto address = Address::parse(flags.address);
        if (!address) return Error{"Failed to parse network address"};
        for (const auto& party : call.parties)
            for (const auto& media : party->medias)
                if (media->rtp.filled && media->rtp.signalled.address == *address) return party.get();
        return Error{"Failed to match address to any tag"};
    }
    if (flags.from_tag.empty() || !by_tag) return nullptr;
    if (auto* party = call.find_tag(flags.from_tag)) return party;
    return Error{"From-tag given, but no such tag exists"};
}

// The sink of a single flow; nullptr: all of the party's media is meant.
Result<Party*> select_sink(const Call& call, const Party& source, const ng::DialogueFlags& flags) {
    if (flags.to_tag.empty() && flags.to_label.empty()) return nullptr;
    const bool by_tag = !flags.to_tag.empty();
    auto* sink = by_tag ? call.find_tag(flags.to_tag) : call.find_label(flags.to_label);
    if (!sink)
        return Error{by_tag ? "Media flow not found (to-tag not found)" : "Media flow not found (to-label not found)"};
    for (const auto& media : sink->medias)
        for (const auto& subscription : media->subscriptions)
            if (subscription.source->party == &source && subscription.carries()) return sink;
    return Error{"Media flow not found (to-tag not subscribed)"};
}

} // namespace

Result<Selection> select(const Call& call, const ng::DialogueFlags& flags, bool by_tag) {
    const auto party = select_party(call, flags, by_tag);
    if (!party) return party.error();
    if (!*party) return Selection{};
    const auto sink = select_sink(call, **party, flags);
    if (!sink) return sink.error();
    return Selection{*party, *sink};
}

} // namespace rtpengine::call
