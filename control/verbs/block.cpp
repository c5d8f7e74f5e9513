// SPDX-License-Identifier: Apache-2.0
// The verbs block media and unblock media (specification sections 2.8 and 2.10).
#include "control/verbs/table.h"

namespace rtpengine::verbs {

namespace {

using All = ng::AllSelector;

constexpr const char* nothing_to_block = "No eligible media subscriptions found";

// Flows from `source` to `sink`, or to everybody. False: there are none.
bool block_flows(call::Call& call, const call::Party& source, const call::Party* sink, bool on) {
    bool any = false;
    for (const auto& party : call.parties)
        for (const auto& media : party->medias)
            for (auto& subscription : media->subscriptions) {
                if (subscription.source->party != &source || (sink && party.get() != sink)) continue;
                any = true;
                subscription.blocked = on;
            }
    return any;
}

void block_call(call::Call& call, bool on, bool parties_too) {
    call.blocked = on;
    if (on || !parties_too) return;
    for (const auto& party : call.parties)
        for (const auto& media : party->medias) media->blocked = false;
}

Status apply(call::Call& call, const call::Selection& selection, const ng::DialogueFlags& flags, bool on) {
    if (!selection.party) {
        block_call(call, on, flags.all == All::all);
        return {};
    }
    if (!flags.set_label.empty()) selection.party->label = flags.set_label;
    if (selection.sink || flags.all == All::offer_answer || flags.all == All::flows) {
        if (!block_flows(call, *selection.party, selection.sink, on)) return Error{nothing_to_block};
        return {};
    }
    if (flags.all == All::except_offer_answer) return Error{nothing_to_block};
    for (const auto& media : selection.party->medias) media->blocked = on;
    return {};
}

void set_blocked(const Job& job, bool on) {
    call::Change change(*job.call);
    change.touch_all();
    if (const auto applied = apply(*job.call, job.selection, job.flags(), on); !applied) return job.answer.error(applied.error().message);
    job.instance->conclude(job.call, job.turn, change, job.answer.prepared(ng::Responder::complete(job.answer.keys())));
}

} // namespace

void block_media(const Job& job) { set_blocked(job, true); }
void unblock_media(const Job& job) { set_blocked(job, false); }

} // namespace rtpengine::verbs
