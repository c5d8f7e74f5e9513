// SPDX-License-Identifier: Apache-2.0
#include "control/call/draft.h"

#include <unordered_map>
#include <utility>

namespace rtpengine::call {

namespace {

// Copies a call's state; what points into the original points into the copy in the end.
class Copier {
  public:
    explicit Copier(Call& to) : to_(to) {}

    void copy(const Call& from) {
        for (const auto& party : from.parties) to_.parties.push_back(copy(*party));
        for (std::size_t i = 0; i < from.parties.size(); ++i) link(*from.parties[i], *to_.parties[i]);
        to_.closing = from.closing;
        for (auto& port : to_.closing) port.media = counterpart(port.media);
    }

  private:
    std::unique_ptr<Party> copy(const Party& from) {
        auto party = std::make_unique<Party>();
        static_cast<PartyFacts&>(*party) = from;
        party->call = &to_;
        for (const auto& media : from.medias) party->medias.push_back(copy(*media, *party));
        parties_[&from] = party.get();
        return party;
    }

    std::unique_ptr<Media> copy(const Media& from, Party& party) {
        auto media = std::make_unique<Media>();
        static_cast<MediaFacts&>(*media) = from;
        media->party = &party;
        for (const auto& set : from.sets) {
            media->sets.push_back(std::make_unique<PortSet>(*set));
            if (set.get() == from.current) media->current = media->sets.back().get();
            for (auto& address : media->sets.back()->ports)
                for (auto& port : address) port.media = media.get();
        }
        medias_[&from] = media.get();
        return media;
    }

    void link(const Party& from, Party& to) {
        for (auto* peer : from.associations) to.associations.insert(parties_.at(peer));
        for (std::size_t i = 0; i < from.medias.size(); ++i) {
            for (auto* source : from.medias[i]->subscriptions) to.medias[i]->subscriptions.push_back(counterpart(source));
            for (auto* source : from.medias[i]->blocked_sources) to.medias[i]->blocked_sources.insert(counterpart(source));
        }
    }

    Media* counterpart(const Media* media) const { return medias_.at(media); }

    Call& to_;
    std::unordered_map<const Party*, Party*> parties_;
    std::unordered_map<const Media*, Media*> medias_;
};

} // namespace

std::shared_ptr<Call> draft_of(const Call& call) {
    auto draft = std::make_shared<Call>();
    static_cast<CallIdentity&>(*draft) = call;
    static_cast<CallFacts&>(*draft) = call;
    Copier(*draft).copy(call);
    return draft;
}

void put_in_place(Call& call, Call& draft) {
    static_cast<CallFacts&>(call) = draft;
    call.parties = std::move(draft.parties);
    call.closing = std::move(draft.closing);
    for (auto& party : call.parties) party->call = &call;
}

void book_later(Call& call, std::function<void(Call&)> book) {
    if (call.draft.lock()) call.late.push_back(std::move(book));
    else book(call);
}

void end_draft(Call& call) {
    call.draft.reset();
    for (const auto& book : std::exchange(call.late, {})) book(call);
}

} // namespace rtpengine::call
