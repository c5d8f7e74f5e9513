// SPDX-License-Identifier: Apache-2.0
#include "control/call/pair.h"

#include <algorithm>

#include "control/call/bundle.h"
#include "control/call/negotiate.h"

namespace rtpengine::call {

namespace {

// ---- who belongs to whom -------------------------------------------------------------------------------------

bool mids_conflict(const std::optional<std::string>& a, const std::optional<std::string>& b) { return a && b && a != b; }

Media& receiver_media(Party& receiver, const std::vector<Pair>& pairs, const Said& said, std::size_t position) {
    const auto used = [&](const Media& media) {
        return std::any_of(pairs.begin(), pairs.end(), [&](const Pair& pair) { return pair.receiver == &media; });
    };
    const auto& sender = *said.media;
    for (const auto& subscription : sender.subscriptions) {
        auto& source = *subscription.source;
        if (source.party == &receiver && source.type == sender.type && !mids_conflict(source.mid, said.mid) && !used(source)) return source;
    }
    return receiver.media_at(position, sender.type);
}

// Out of every dialogue. Who listens goes on.
void part(Media& media, const Touch& touch) {
    auto& call = *media.party->call;
    for (const auto& party : call.parties)
        if (std::any_of(party->medias.begin(), party->medias.end(), [&](const auto& each) { return each->subscribed_to(media); }))
            touch(*party);
    leave_dialogues(media, call);
}

// Its party is in no other dialogue with it.
bool has_one_peer(const Media& media) {
    return std::ranges::count_if(media.subscriptions, [](const auto& each) { return each.in_dialogue(); }) == 1;
}

bool is_peer_of(const Media& media, const Media& source) {
    const auto* known = media.subscription_to(source);
    return known && known->kind == Subscription::Kind::offer_answer;
}

// As it is, or a new one.
Subscription subscription_between(const Media& receiver, Media& source) {
    const auto* known = receiver.subscription_to(source);
    auto between = known ? *known : Subscription{&source};
    between.kind = Subscription::Kind::offer_answer;
    between.rtp = between.rtcp = true;
    return between;
}

// An offer keeps the sender's other subscriptions (forking); an answer binds both sides to each other alone.
void link(const Terms& terms, Media& sender, Media& receiver, const Touch& touch) {
    if (is_peer_of(sender, receiver) && is_peer_of(receiver, sender) && has_one_peer(receiver) && (terms.offer || has_one_peer(sender))) return;
    const auto there = subscription_between(receiver, sender), back = subscription_between(sender, receiver);
    part(receiver, touch);
    if (!terms.offer) part(sender, touch);
    resubscribe(receiver, there);
    resubscribe(sender, back);
}

} // namespace

std::vector<Pair> pair_up(Party& receiver, const std::vector<Said>& said, const Terms& terms, const Touch& touch) {
    std::vector<Pair> pairs;
    std::size_t position = 0; // among those that the receiver sees
    for (const auto& each : said) {
        const bool hidden = terms.offer && each.media->removed;
        auto* to = hidden ? nullptr : &receiver_media(receiver, pairs, each, position++);
        pairs.push_back({each.section, each.media, to});
        if (!to) continue;
        to->type = each.media->type;
        link(terms, *each.media, *to, touch);
    }
    for (std::size_t i = 0; i < said.size(); ++i)
        if (pairs[i].receiver) negotiate(terms, said[i], *pairs[i].receiver);
    if (!said.empty()) settle_bundles(*said.front().media->party);
    offer_bundle(terms, receiver);
    settle_bundles(receiver);
    return pairs;
}

} // namespace rtpengine::call
