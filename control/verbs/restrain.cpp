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

// Those of the kind that `all` names.
bool means(All all, const call::Subscription& flow) {
    using Kind = call::Subscription::Kind;
    if (!flow.carries()) return false;
    if (all == All::offer_answer) return flow.kind == Kind::offer_answer;
    return all != All::except_offer_answer || flow.kind != Kind::offer_answer;
}

// Flows from `source` to `sink`, or to everybody. False: there are none.
bool set_flows(call::Call& call, const call::Selection& selection, All all, const Restraint& what, bool on) {
    const auto* const source = selection.party;
    const auto* const sink = selection.sink;
    bool any = false;
    for (const auto& party : call.parties)
        for (const auto& media : party->medias)
            for (auto& subscription : media->subscriptions) {
                if (subscription.source->party != source || (sink && party.get() != sink) || !means(all, subscription)) continue;
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
    const bool flows = flags.all == All::offer_answer || flags.all == All::except_offer_answer || flags.all == All::flows;
    if (selection.sink || flows) {
        if (!set_flows(call, selection, selection.sink ? All::flows : flags.all, what, on)) return Error{no_flows};
        return {};
    }
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
