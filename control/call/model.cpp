// SPDX-License-Identifier: Apache-2.0
#include "control/call/model.h"

#include <algorithm>

namespace rtpengine::call {

namespace {

template <class Predicate> Party* find_party(const Call& call, Predicate predicate) {
    const auto found =
        std::find_if(call.parties.begin(), call.parties.end(), [&](const auto& party) { return predicate(*party); });
    return found != call.parties.end() ? found->get() : nullptr;
}

} // namespace

Counters& Counters::operator+=(const Counters& other) {
    packets += other.packets;
    bytes += other.bytes;
    errors += other.errors;
    return *this;
}

const LocalPort* PortSet::port(unsigned stream) const {
    if (ports.empty()) return nullptr;
    for (const auto& port : ports.front())
        if (port.stream == stream) return &port;
    return nullptr;
}

const Subscription* Media::subscription_to(const Media& source) const {
    const auto found = std::find_if(subscriptions.begin(), subscriptions.end(), [&](const auto& each) { return each.source == &source; });
    return found != subscriptions.end() ? &*found : nullptr;
}

bool Party::named(std::string_view wanted) const {
    return tag == wanted || std::find(aliases.begin(), aliases.end(), wanted) != aliases.end();
}

Media& Party::media_at(std::size_t position, const std::string& type) {
    while (medias.size() <= position) {
        auto media = std::make_unique<Media>();
        media->party = this;
        media->index = static_cast<unsigned>(medias.size()) + 1;
        media->type = type;
        medias.push_back(std::move(media));
    }
    return *medias[position];
}

Party* Call::find_tag(std::string_view tag) const {
    if (tag.empty()) return nullptr;
    return find_party(*this, [tag](const Party& party) { return party.named(tag); });
}

Party* Call::find_branch(std::string_view branch) const {
    if (branch.empty()) return nullptr;
    return find_party(*this, [branch](const Party& party) { return party.via_branch == branch; });
}

Party* Call::find_label(std::string_view label) const {
    if (label.empty()) return nullptr;
    return find_party(*this, [label](const Party& party) { return party.label == label; });
}

Party* Call::find_number(unsigned number) const {
    return find_party(*this, [number](const Party& party) { return party.number == number; });
}

Party& Call::add_party(std::string tag, std::string via_branch, BootTime now) {
    auto party = std::make_unique<Party>();
    party->call = this;
    party->number = static_cast<unsigned>(parties.size()) + 1;
    party->tag = std::move(tag);
    party->via_branch = std::move(via_branch);
    party->created = now;
    parties.push_back(std::move(party));
    return *parties.back();
}

void Call::close_party(Party& gone) {
    for (auto& media : gone.medias) unlink(*media, *this);
    for (auto& party : parties) party->associations.erase(&gone);
    gone.associations.clear();
    gone.delete_at.reset();
    gone.closed = true;
}

void subscribe(Media& receiver, const Subscription& subscription) {
    if (!receiver.subscribed_to(*subscription.source)) receiver.subscriptions.push_back(subscription);
}

void resubscribe(Media& receiver, const Subscription& subscription) {
    const auto known = std::ranges::find(receiver.subscriptions, subscription.source, &Subscription::source);
    if (known == receiver.subscriptions.end()) receiver.subscriptions.push_back(subscription);
    else *known = subscription;
}

void unlink(Media& media, Call& call) {
    media.subscriptions.clear();
    for (auto& party : call.parties)
        for (auto& other : party->medias) std::erase_if(other->subscriptions, [&](const auto& each) { return each.source == &media; });
}

void leave_dialogues(Media& media, Call& call) {
    std::erase_if(media.subscriptions, [](const auto& each) { return each.in_dialogue(); });
    for (auto& party : call.parties)
        for (auto& other : party->medias)
            std::erase_if(other->subscriptions, [&](const auto& each) { return each.source == &media && each.in_dialogue(); });
}

void associate(Party& a, Party& b) {
    a.associations.insert(&b);
    b.associations.insert(&a);
    for (auto* party : {&a, &b}) {
        party->delete_at.reset();
        party->closed = false;
    }
}

} // namespace rtpengine::call
