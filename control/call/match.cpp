// SPDX-License-Identifier: Apache-2.0
// Which media a section belongs to, on both sides.
#include <algorithm>

#include "control/call/exchange.h"

namespace rtpengine::call {

namespace {

Media& media_at(Party& party, std::size_t position, const std::string& type) {
    while (party.medias.size() <= position) {
        auto media = std::make_unique<Media>();
        media->party = &party;
        media->index = static_cast<unsigned>(party.medias.size()) + 1;
        media->type = type;
        party.medias.push_back(std::move(media));
    }
    return *party.medias[position];
}

bool used(const Exchange& exchange, const Media& media) {
    return std::any_of(exchange.pairs.begin(), exchange.pairs.end(),
                       [&](const Pair& pair) { return pair.sender == &media || pair.receiver == &media; });
}

Media& sender_media(const Exchange& exchange, std::size_t position, const sdp::Section& section) {
    if (section.mid)
        for (const auto& media : exchange.sender->medias)
            if (media->mid == section.mid && media->type == section.type && !used(exchange, *media)) return *media;
    return media_at(*exchange.sender, position, section.type);
}

bool mids_conflict(const Media& a, const Media& b) { return a.mid && b.mid && a.mid != b.mid; }

Media& receiver_media(const Exchange& exchange, const Media& sender, std::size_t position) {
    for (const auto& subscription : sender.subscriptions) {
        auto& source = *subscription.source;
        if (source.party == exchange.receiver && source.type == sender.type && !mids_conflict(source, sender) && !used(exchange, source))
            return source;
    }
    return media_at(*exchange.receiver, position, sender.type);
}

bool removed(const Exchange& exchange, const sdp::Section& section) {
    static const char* const named[] = {"audio", "video", "image", "message", "text", "application"};
    const auto& types = exchange.flags->media_remove;
    const auto listed = [&](const std::string& type) {
        return std::find(types.begin(), types.end(), type) != types.end();
    };
    if (!exchange.offer || types.empty()) return false;
    if (listed(section.type)) return true;
    return listed("other") && std::find(std::begin(named), std::end(named), section.type) == std::end(named);
}

// Out of every subscription.
void part(const Exchange& exchange, Media& media) {
    for (const auto& party : exchange.call->parties)
        if (std::any_of(party->medias.begin(), party->medias.end(), [&](const auto& each) { return each->subscribed_to(media); }))
            exchange.touch(*party);
    unlink(media, *exchange.call);
}

// As it is, or a new one.
Subscription subscription_between(const Media& receiver, Media& source) {
    const auto* known = receiver.subscription_to(source);
    return known ? *known : Subscription{&source};
}

// An offer keeps the sender's other subscriptions (forking); an answer binds both sides to each other alone.
void link(const Exchange& exchange, Media& sender, Media& receiver) {
    if (sender.subscribed_to(receiver) && receiver.subscribed_to(sender) && receiver.subscriptions.size() == 1 &&
        (exchange.offer || sender.subscriptions.size() == 1))
        return;
    const auto there = subscription_between(receiver, sender), back = subscription_between(sender, receiver);
    part(exchange, receiver);
    if (!exchange.offer) part(exchange, sender);
    subscribe(receiver, there);
    subscribe(sender, back);
}

} // namespace

void match_sections(Exchange& exchange) {
    std::size_t gone = 0;
    for (std::size_t i = 0; i < exchange.session->sections.size(); ++i) {
        const auto& section = exchange.session->sections[i];
        auto& sender = sender_media(exchange, i, section);
        sender.type = section.type;
        sender.removed = exchange.offer ? removed(exchange, section) : sender.removed;
        if (sender.removed && exchange.offer) {
            exchange.pairs.push_back({&section, &sender, nullptr});
            ++gone;
            continue;
        }
        auto& receiver = receiver_media(exchange, sender, i - gone);
        receiver.type = sender.type;
        link(exchange, sender, receiver);
        exchange.pairs.push_back({&section, &sender, &receiver});
    }
}

} // namespace rtpengine::call
