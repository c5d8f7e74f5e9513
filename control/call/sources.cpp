// SPDX-License-Identifier: Apache-2.0
#include "control/call/sources.h"

#include <algorithm>

#include "control/call/select.h"

namespace rtpengine::call {

namespace {

const char* const nobody = "No medias found (no monologues matched)";

std::vector<Party*> in_dialogues(const Call& call) {
    std::vector<Party*> parties;
    for (const auto& party : call.parties)
        if (!party->tag.empty() && !party->closed && !party->associations.empty()) parties.push_back(party.get());
    return parties;
}

Result<std::vector<Party*>> by_tags(const Call& call, const std::vector<std::string>& tags) {
    std::vector<Party*> parties;
    for (const auto& tag : tags) {
        auto* party = call.find_tag(tag);
        if (!party) return Error{"From-tag given, but no such tag exists"};
        if (std::ranges::find(parties, party) == parties.end()) parties.push_back(party);
    }
    return parties;
}

} // namespace

// A single one goes before a list, unless there is no such party.
Result<std::vector<Party*>> select_sources(const Call& call, const ng::DialogueFlags& flags) {
    std::vector<Party*> parties;
    if (flags.all == ng::AllSelector::all) {
        parties = in_dialogues(call);
    } else {
        auto alone = flags;
        alone.to_tag.clear();
        alone.to_label.clear();
        const auto one = select(call, alone, true);
        if (!one && flags.from_tags.empty()) return one.error();
        if (one && one->party) return std::vector{one->party};
        auto several = by_tags(call, flags.from_tags);
        if (!several) return several.error();
        parties = *std::move(several);
    }
    if (parties.empty()) return Error{nobody};
    return parties;
}

std::vector<Media*> sending_medias(const std::vector<Party*>& parties) {
    std::vector<Media*> medias;
    for (const auto* party : parties)
        for (const auto& media : party->medias)
            if (media->initialized && !media->rejected && !media->removed) medias.push_back(media.get());
    return medias;
}

} // namespace rtpengine::call
