// SPDX-License-Identifier: Apache-2.0
#include "control/call/dialogue.h"

#include "control/call/alias.h"

namespace rtpengine::call {

namespace {

const char* const invalid = "Invalid dialogue association";

Party* first_peer(const Party& party) {
    for (const auto& media : party.medias)
        for (const auto& subscription : media->subscriptions)
            if (subscription.in_dialogue()) return subscription.source->party;
    return nullptr;
}

// Rows 1-4: the receiver is not known by tag.
Result<Dialogue> without_receiver(Call& call, Party* sender, const ng::DialogueFlags& flags, std::string_view sender_tag,
                                  bool receiver_given, BootTime now) {
    const auto new_receiver = [&] { return &call.add_party("", flags.via_branch, now); };
    if (!sender) {
        auto* created = &call.add_party(std::string(sender_tag), "", now);
        return Dialogue{created, new_receiver()};
    }
    if (receiver_given) return Dialogue{sender, new_receiver()};
    if (flags.via_branch.empty()) {
        auto* peer = first_peer(*sender);
        if (!peer) return Error{invalid};
        return Dialogue{sender, peer};
    }
    auto* branch = call.find_branch(flags.via_branch);
    return Dialogue{sender, branch ? branch : new_receiver()};
}

// Row 10: may `candidate`, known by another tag, take this one over?
bool may_rename(const Party& candidate, const ng::DialogueFlags& flags, bool answer) {
    if (!answer || flags.new_branch) return false;
    return !candidate.final_response || flags.provisional;
}

Party* rename(Party& party, const std::string& tag, const Touch& touch) {
    touch(party);
    party.aliases.push_back(party.tag);
    party.tag = tag;
    return &party;
}

// By its tag, or by what it has said before under another one.
Party* find_sender(Call& call, const std::string& tag, const std::string& alias, const Touch& touch) {
    if (auto* party = call.find_tag(tag)) return party;
    auto* party = find_alias(call, alias);
    return party ? rename(*party, tag, touch) : nullptr;
}

// Rows 6-10: the receiver is known, the sender is not.
Party* sender_for(Call& call, Party& receiver, const ng::DialogueFlags& flags, const std::string& tag, bool answer,
                  BootTime now, const Touch& touch) {
    auto* candidate = call.find_branch(flags.via_branch);
    if (!candidate || candidate == &receiver) candidate = first_peer(receiver);
    if (candidate && candidate->tag.empty()) {
        touch(*candidate);
        candidate->tag = tag;
        return candidate;
    }
    if (candidate && may_rename(*candidate, flags, answer)) return rename(*candidate, tag, touch);
    return &call.add_party(tag, candidate ? "" : flags.via_branch, now);
}

} // namespace

Result<Dialogue> find_dialogue(Call& call, const ng::DialogueFlags& flags, bool answer, BootTime now, const Touch& touch,
                               const std::string& alias) {
    const auto& sender_tag = answer ? flags.to_tag : flags.from_tag;
    const auto& receiver_tag = answer ? flags.from_tag : flags.to_tag;
    auto* sender = find_sender(call, sender_tag, alias, touch);
    auto* receiver = call.find_tag(receiver_tag);

    Dialogue dialogue;
    if (!receiver) {
        auto found = without_receiver(call, sender, flags, sender_tag, !receiver_tag.empty(), now);
        if (!found) return found.error();
        dialogue = *found;
    } else {
        dialogue = {sender ? sender : sender_for(call, *receiver, flags, sender_tag, answer, now, touch), receiver};
    }
    if (dialogue.sender == dialogue.receiver) return Error{invalid};
    touch(*dialogue.sender);
    touch(*dialogue.receiver);
    associate(*dialogue.sender, *dialogue.receiver);
    remember(*dialogue.sender, alias);
    return dialogue;
}

} // namespace rtpengine::call
