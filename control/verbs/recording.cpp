// SPDX-License-Identifier: Apache-2.0
// The verbs start, stop and pause recording, start and stop forwarding (specification sections 2.7 and 2.11). They keep what was said:
// nobody records anything so far, and the log says so.
#include "common/base/log.h"
#include "control/verbs/table.h"

namespace rtpengine::verbs {

namespace {

using call::Recording;

void done(const Job& job, call::Change& change) {
    job.instance->conclude(job.call, job.turn, change, job.answer.prepared(ng::Responder::complete(job.answer.keys())));
}

// Of the party that `from-tag` names, else of the call.
void take_metadata(const Job& job, call::Change& change) {
    const auto& flags = job.flags();
    if (flags.metadata.empty()) return;
    auto* party = job.call->find_tag(flags.from_tag);
    if (party) change.touch(*party);
    (party ? party->metadata : job.call->metadata) = flags.metadata;
}

void warn(const Job& job, const char* what) {
    log::record(log::Level::warning, log::Subsystem::core, {job.call->id}, "{} was asked for: this version keeps that in mind, and does no more", what);
}

void set(const Job& job, Recording recording) {
    call::Change change(*job.call);
    take_metadata(job, change);
    job.call->recording = recording;
    done(job, change);
}

void set_forwarding(const Job& job, bool on) {
    call::Change change(*job.call);
    change.touch_all();
    auto& call = *job.call;
    auto* party = job.selection.party;
    take_metadata(job, change);
    if (party && !job.flags().set_label.empty()) party->label = job.flags().set_label;
    (party ? party->forwarding : call.forwarding) = on;
    if (!party && !on && job.flags().all == ng::AllSelector::all)
        for (const auto& each : call.parties) each->forwarding = false;
    done(job, change);
}

} // namespace

void start_recording(const Job& job) {
    if (job.call->recording == Recording::off) warn(job, "a recording");
    set(job, Recording::on);
}
// What isn't running can't be paused.
void pause_recording(const Job& job) { set(job, job.call->recording == Recording::off ? Recording::off : Recording::paused); }
void stop_recording(const Job& job) { job.flags().pause ? pause_recording(job) : set(job, Recording::off); }

void start_forwarding(const Job& job) {
    warn(job, "forwarding to a collector");
    set_forwarding(job, true);
}
void stop_forwarding(const Job& job) { set_forwarding(job, false); }

} // namespace rtpengine::verbs
