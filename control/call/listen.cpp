// SPDX-License-Identifier: Apache-2.0
#include "control/call/listen.h"

#include <algorithm>

#include "control/call/bundle.h"

namespace rtpengine::call {

namespace {

bool has_keys(const Media& media) {
    const auto& by = carrier(media);
    return by.keys.agreed || !by.dtls.keys.empty();
}

void stop_feedback(const Party& party, Party& source, const Touch& touch) {
    for (const auto& media : source.medias)
        for (const auto& other : party.medias) {
            const auto* known = media->subscription_to(*other);
            if (!known || known->in_dialogue()) continue;
            touch(source);
            stop(*media, *other);
        }
}

} // namespace

void listen(Media& receiver, Media& source, Back back) {
    using Kind = Subscription::Kind;
    const auto* known = receiver.subscription_to(source);
    resubscribe(receiver, {&source, Kind::pub_sub, known && known->blocked, known && known->silenced});
    if (back == Back::nothing) return;
    resubscribe(source, {.source = &receiver, .kind = Kind::pub_sub, .rtp = back == Back::everything});
}

void stop(Media& receiver, Media& source) {
    const auto known = std::ranges::find(receiver.subscriptions, &source, &Subscription::source);
    if (known == receiver.subscriptions.end()) return;
    if (!has_keys(receiver)) return void(receiver.subscriptions.erase(known));
    known->rtp = known->rtcp = false;
    known->kind = Subscription::Kind::pub_sub;
}

void stop_listening(Party& party, const Touch& touch) {
    for (const auto& media : party.medias) {
        const auto all = media->subscriptions;
        for (const auto& subscription : all) stop(*media, *subscription.source);
    }
    for (const auto& other : party.call->parties)
        if (other.get() != &party) stop_feedback(party, *other, touch);
}

} // namespace rtpengine::call
