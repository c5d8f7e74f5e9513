// SPDX-License-Identifier: Apache-2.0
#include "control/call/change.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "control/call/bundle.h"
#include "control/call/ice.h"
#include "control/call/key_exchange.h"

namespace rtpengine::call {

// Of a media, but for what it is and whose.
struct SavedMedia {
    explicit SavedMedia(const Media& media) : facts(media), subscriptions(media.subscriptions) {
        for (const auto& set : media.sets) {
            sets.push_back(std::make_unique<PortSet>(*set));
            if (set.get() == media.current) current = sets.back().get();
        }
    }
    void restore(Media& media) noexcept {
        static_cast<MediaFacts&>(media) = std::move(facts);
        media.sets = std::move(sets);
        media.current = current;
        media.subscriptions = std::move(subscriptions);
    }

    MediaFacts facts;
    std::vector<std::unique_ptr<PortSet>> sets;
    PortSet* current = nullptr;
    std::vector<Subscription> subscriptions;
};

namespace {

bool same_ports(const PortSet* a, const PortSet* b) {
    if (!a || !b || a->ports.empty() || b->ports.empty()) return !a == !b;
    return std::equal(a->ports.front().begin(), a->ports.front().end(), b->ports.front().begin(), b->ports.front().end(),
                      [](const LocalPort& x, const LocalPort& y) { return x.id == y.id && x.stream == y.stream; });
}

// What those who send to a media are told of it (streams.cpp), but for what it shares with others.
bool same_exits(const SavedMedia& before, const Media& now) {
    const auto& facts = before.facts;
    return facts.rejected == now.rejected && facts.rtp.filled == now.rtp.filled && facts.send == now.send &&
           facts.mux.active == now.mux.active && has_agent(facts) == has_agent(now) &&
           facts.connectivity.peer_ufrag.empty() == now.connectivity.peer_ufrag.empty() &&
           facts.connectivity.selected == now.connectivity.selected &&
           facts.rtp.signalled.address.is_unspecified() == now.rtp.signalled.address.is_unspecified() &&
           facts.keys.agreed == now.keys.agreed && facts.keys.agreed_on == now.keys.agreed_on && facts.recrypt == now.recrypt &&
           facts.bundle == now.bundle && facts.extensions == now.extensions && facts.initialized == now.initialized &&
           facts.feedback == now.feedback &&
           facts.dtls.association == now.dtls.association && facts.dtls.keys == now.dtls.keys && facts.dtls.way == now.dtls.way &&
           waits_for_keys(facts) == waits_for_keys(now) && same_ports(before.current, now.current);
}

// Sources of a media that may have to be told something else of it. All before the first difference are told the same.
void add_sources(const SavedMedia* before, bool same, const Media& now, std::unordered_set<Media*>& to) {
    const std::vector<Subscription> none;
    const auto& then = before ? before->subscriptions : none;
    auto [gone, come] = std::mismatch(then.begin(), then.end(), now.subscriptions.begin(), now.subscriptions.end());
    if (!same) come = now.subscriptions.begin();
    for (; gone != then.end(); ++gone) to.insert(gone->source);
    for (; come != now.subscriptions.end(); ++come) to.insert(come->source);
}

bool same_for_all(const CallFacts& a, const CallFacts& b) {
    return a.tos == b.tos && a.drop_traffic == b.drop_traffic && a.blocked == b.blocked && a.silenced == b.silenced &&
           a.events_blocked == b.events_blocked;
}

} // namespace

struct Change::Saved {
    explicit Saved(Party& party) : party(&party), facts(party), associations(party.associations) {
        for (const auto& media : party.medias) medias.emplace_back(*media);
    }
    void restore() noexcept {
        static_cast<PartyFacts&>(*party) = std::move(facts);
        party->associations = std::move(associations);
        party->medias.erase(party->medias.begin() + static_cast<std::ptrdiff_t>(medias.size()), party->medias.end());
        for (std::size_t i = 0; i < medias.size(); ++i) medias[i].restore(*party->medias[i]);
    }

    const SavedMedia* at(std::size_t place) const { return place < medias.size() ? &medias[place] : nullptr; }
    bool same_exits_of(const Media& media) const {
        const auto *own = at(media.index - 1), *head = at(carrier(media).index - 1);
        return own && head && same_exits(*own, media) && same_exits(*head, carrier(media));
    }

    Party* party;
    PartyFacts facts;
    std::set<Party*> associations;
    std::vector<SavedMedia> medias;
};

Change::Change(Call& call) : call_(call), facts_(call), parties_(call.parties.size()) {}

Change::~Change() {
    if (!kept_) restore();
}

const Change::Saved* Change::saved(const Party& party) const {
    const auto found = std::find_if(saved_.begin(), saved_.end(), [&](const auto& each) { return each->party == &party; });
    return found != saved_.end() ? found->get() : nullptr;
}

void Change::touch(Party& party) {
    const bool added = std::any_of(call_.parties.begin() + static_cast<std::ptrdiff_t>(parties_), call_.parties.end(),
                                   [&](const auto& each) { return each.get() == &party; });
    if (added || saved(party)) return;
    saved_.push_back(std::make_unique<Saved>(party));
    party.changes();
}

void Change::touch_all() {
    for (const auto& party : call_.parties) touch(*party);
}

void Change::restore() noexcept {
    static_cast<CallFacts&>(call_) = std::move(facts_);
    for (auto& each : saved_) each->restore();
    call_.parties.erase(call_.parties.begin() + static_cast<std::ptrdiff_t>(parties_), call_.parties.end());
    call_.closing.clear(); // they are where they were
}

std::vector<Media*> Change::affected() const {
    std::unordered_set<Media*> all;
    const bool everybody = !same_for_all(facts_, call_);
    for (std::size_t i = 0; i < call_.parties.size(); ++i) {
        const auto& party = *call_.parties[i];
        const auto* before = saved(party);
        if (!everybody && !before && i < parties_) continue;
        for (std::size_t m = 0; m < party.medias.size(); ++m) {
            all.insert(party.medias[m].get());
            add_sources(before ? before->at(m) : nullptr, before && before->same_exits_of(*party.medias[m]), *party.medias[m], all);
        }
    }
    std::vector<Media*> affected(all.begin(), all.end());
    for (auto* media : all)
        if (is_carried(*media) && !all.contains(&carrier(*media))) affected.push_back(&carrier(*media));
    std::ranges::sort(affected);
    affected.erase(std::unique(affected.begin(), affected.end()), affected.end()); // clang 14 has no subranges of libstdc++
    return affected;
}

} // namespace rtpengine::call
