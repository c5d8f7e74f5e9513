// SPDX-License-Identifier: Apache-2.0
// The verb unsubscribe (specification section 2.19): who listens goes, or gives up some of its sources.
#include "control/call/listen.h"
#include "control/call/place.h"
#include "control/verbs/table.h"

namespace rtpengine::verbs {

using namespace call;

namespace {

void stop_all(Party& receiver, Party& source) {
    for (const auto& media : receiver.medias)
        for (const auto& from : source.medias) stop(*media, *from);
}

// Everybody who is subscribed to it, and itself.
void touch_subscribers(Call& call, Party& party, Change& change) {
    change.touch(party);
    for (const auto& other : call.parties)
        for (const auto& media : other->medias)
            for (const auto& subscription : media->subscriptions)
                if (subscription.source->party == &party) change.touch(*other);
}

void leave(Call& call, Party& party, Change& change) {
    touch_subscribers(call, party, change);
    for (auto* peer : party.associations) change.touch(*peer);
    leave_place(party);
}

void give_up(Party& party, Party& source, bool both, Change& change) {
    change.touch(party);
    stop_all(party, source);
    if (!both) return;
    change.touch(source);
    stop_all(source, party);
}

} // namespace

void unsubscribe(const Job& job) {
    auto& call = *job.call;
    const auto& flags = job.flags();
    auto* party = call.find_tag(flags.to_tag);
    if (!party) return job.answer.error("To-tag not found");
    const bool partly = flags.directional && !flags.from_tag.empty();
    auto* source = partly ? call.find_tag(flags.from_tag) : nullptr;
    if (partly && !source) return job.answer.error("From-tag not found");
    Change change(call);
    partly ? give_up(*party, *source, flags.bidirectional, change) : leave(call, *party, change);
    job.instance->conclude(job.call, job.turn, change, job.answer.prepared(ng::Responder::complete(job.answer.keys())));
}

} // namespace rtpengine::verbs
