// SPDX-License-Identifier: Apache-2.0
#include "control/call/connect.h"

#include <algorithm>

#include "common/base/log.h"
#include "control/call/listen.h"

namespace rtpengine::call {

namespace {

using Kind = Subscription::Kind;

Media* counterpart(const Media& of, const Party& in, const std::vector<Joint>& taken) {
    const auto free = [&](const Media& media) {
        return media.type == of.type && !media.rejected && std::ranges::none_of(taken, [&](const Joint& each) { return each.to == &media; });
    };
    for (const auto& media : in.medias)
        if (of.mid && media->mid == of.mid && free(*media)) return media.get();
    const auto count = in.medias.size();
    for (std::size_t i = 0; i < count; ++i)
        if (auto& media = *in.medias[(of.index - 1 + i) % count]; free(media)) return &media;
    return nullptr;
}

// Those of its dialogues.
void detach(Media& media, const Touch& touch) {
    const auto all = media.subscriptions;
    for (const auto& subscription : all)
        if (subscription.in_dialogue()) stop(media, *subscription.source);
    for (const auto& party : media.party->call->parties)
        for (const auto& other : party->medias) {
            const auto* known = other->subscription_to(media);
            if (!known || !known->in_dialogue()) continue;
            touch(*party);
            stop(*other, media);
        }
}

} // namespace

std::vector<Joint> joints(const Party& from, const Party& to) {
    std::vector<Joint> all;
    for (const auto& media : from.medias) {
        if (media->rejected) continue;
        if (auto* other = counterpart(*media, to, all)) all.push_back({media.get(), other});
        else
            log::record(log::Level::notice, log::Subsystem::core, {from.call->id}, "section {} of '{}' is not connected: '{}' has none of that type left",
                        media->index, log::marked(from.tag), log::marked(to.tag));
    }
    return all;
}

void connect(const Joint& joint, const Touch& touch) {
    detach(*joint.from, touch);
    detach(*joint.to, touch);
    resubscribe(*joint.to, {joint.from, Kind::connection});
    resubscribe(*joint.from, {joint.to, Kind::connection});
}

void add_flow(Media& from, Media& to) {
    const auto* known = to.subscription_to(from);
    if (known && known->rtp && known->rtcp) return;
    listen(to, from, Back::nothing);
}

} // namespace rtpengine::call
