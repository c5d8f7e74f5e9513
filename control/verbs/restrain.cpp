// SPDX-License-Identifier: Apache-2.0
// The verbs block, unblock, silence and unsilence media (specification sections 2.8 and 2.10).
#include "control/verbs/table.h"

namespace rtpengine::verbs {

namespace {

using All = ng::AllSelector;

constexpr const char* no_flows = "No eligible media subscriptions found";

// What is kept from a call, a party's media and a single flow: each has a switch of its own, and any of them is enough.
struct Restraint {
    bool call::CallFacts::*of_call;
    bool call::MediaFacts::*of_media;
    bool call::Subscription::*of_flow;
};
constexpr Restraint blocked{&call::CallFacts::blocked, &call::MediaFacts::blocked, &call::Subscription::blocked};
constexpr Restraint silenced{&call::CallFacts::silenced, &call::MediaFacts::silenced, &call::Subscription::silenced};

// Flows from `source` to `sink`, or to everybody. False: there are none.
bool set_flows(call::Call& call, const call::Party& source, const call::Party* sink, const Restraint& what, bool on) {
    bool any = false;
    for (const auto& party : call.parties)
        for (const auto& media : party->medias)
            for (auto& subscription : media->subscriptions) {
                if (subscription.source->party != &source || (sink && party.get() != sink)) continue;
                any = true;
                subscription.*what.of_flow = on;
            }
    return any;
}

void set_call(call::Call& call, const Restraint& what, bool on, bool parties_too) {
    call.*what.of_call = on;
    if (on || !parties_too) return;
    for (const auto& party : call.parties)
        for (const auto& media : party->medias) (*media).*what.of_media = false;
}

Status apply(call::Call& call, const call::Selection& selection, const ng::DialogueFlags& flags, const Restraint& what, bool on) {
    if (!selection.party) {
        set_call(call, what, on, flags.all == All::all);
        return {};
    }
    if (!flags.set_label.empty()) selection.party->label = flags.set_label;
    if (selection.sink || flags.all == All::offer_answer || flags.all == All::flows) {
        if (!set_flows(call, *selection.party, selection.sink, what, on)) return Error{no_flows};
        return {};
    }
    if (flags.all == All::except_offer_answer) return Error{no_flows};
    for (const auto& media : selection.party->medias) (*media).*what.of_media = on;
    return {};
}

void set(const Job& job, const Restraint& what, bool on) {
    call::Change change(*job.call);
    change.touch_all();
    if (const auto applied = apply(*job.call, job.selection, job.flags(), what, on); !applied) return job.answer.error(applied.error().message);
    job.instance->conclude(job.call, job.turn, change, job.answer.prepared(ng::Responder::complete(job.answer.keys())));
}

} // namespace

void block_media(const Job& job) { set(job, blocked, true); }
void unblock_media(const Job& job) { set(job, blocked, false); }
void silence_media(const Job& job) { set(job, silenced, true); }
void unsilence_media(const Job& job) { set(job, silenced, false); }

} // namespace rtpengine::verbs
