// SPDX-License-Identifier: Apache-2.0
// The verbs block and unblock DTMF (specification sections 2.9 and 7.5): telephone events are dropped. Whatever else can be made of
// them needs codecs, and is refused: digits that are to be hidden must not pass because nobody could hide them as asked.
#include "common/ng/coerce.h"
#include "control/ng/flags/table.h"
#include "control/verbs/table.h"

namespace rtpengine::verbs {

namespace {

constexpr const char* others[] = {"dtmf-delay", "dtmf-security-trigger", "dtmf-security-trigger-end", "trigger", "trigger-end", "end-trigger",
                                  "trigger-end-time", "end-trigger-time", "trigger-end-digits", "end-trigger-digits"};

std::string mode_of(const ng::Flags& flags) { return ng::spelling(ng::text_of(flags.rest, "dtmf-security")); }

bool can_be_done(const ng::Flags& flags) {
    for (const auto* key : others)
        if (flags.rest.find(key)) return false;
    const auto mode = mode_of(flags);
    return mode.empty() || mode == "drop" || mode == "off";
}

void set(const Job& job, bool on) {
    auto& call = *job.call;
    call::Change change(call);
    change.touch_all();
    auto* const party = job.selection.party;
    (party ? party->events_blocked : call.events_blocked) = on;
    if (party && !job.flags().set_label.empty()) party->label = job.flags().set_label;
    if (!on && job.flags().all == ng::AllSelector::all)
        for (const auto& each : call.parties) each->events_blocked = false;
    job.instance->conclude(job.call, job.turn, change, job.answer.prepared(ng::Responder::complete(job.answer.keys())));
}

} // namespace

void block_dtmf(const Job& job) {
    if (!can_be_done(job.flags())) return job.answer.error("unsupported");
    set(job, mode_of(job.flags()) != "off");
}

void unblock_dtmf(const Job& job) { set(job, false); }

} // namespace rtpengine::verbs
