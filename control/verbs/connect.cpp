// SPDX-License-Identifier: Apache-2.0
// The verb connect (specification section 2.21), within one call.
#include <algorithm>

#include "control/call/connect.h"
#include "control/call/demand.h"
#include "control/call/place.h"
#include "control/call/sources.h"
#include "control/verbs/table.h"

namespace rtpengine::verbs {

using namespace call;

namespace {

// All hear each other then, or with `directional` the destination hears the source, too.
void join(const Party& source, const Party& to, const ng::DialogueFlags& flags, const Touch& touch) {
    for (const auto& joint : joints(source, to)) {
        if (!flags.directional) {
            call::connect(joint, touch);
            continue;
        }
        add_flow(*joint.from, *joint.to);
        if (flags.bidirectional) add_flow(*joint.to, *joint.from);
    }
}

} // namespace

void connect(const Job& job) {
    auto& call = *job.call;
    const auto& flags = job.flags();
    if (!flags.to_call_id.empty() && !job.instance->has_call(flags.to_call_id)) return job.answer.error("Unknown call-ID(s)");
    if (!flags.to_call_id.empty() && flags.to_call_id != call.id) return job.answer.error("Failed to merge two calls into one: this version doesn't merge calls");
    const auto sources = select_sources(call, flags);
    if (!sources) return job.answer.error(sources.error().message);
    auto* known = call.find_tag(flags.to_tag);
    if (std::ranges::find(*sources, known) != sources->end()) return job.answer.error("A party can't be connected to itself");
    if (const auto fits = party_fits(call, {}); !known && !fits) return job.answer.error(fits.error().message);
    Change change(call);
    const auto touch = [&change](Party& party) { change.touch(party); };
    auto& to = known ? *known : take_place(call, flags.to_tag, 0, BootClock::now(), touch);
    touch(to);
    call.last_signal = BootClock::now();
    for (auto* source : *sources) {
        touch(*source);
        join(*source, to, flags, touch);
    }
    job.instance->conclude(job.call, job.turn, change, job.answer.prepared(ng::Responder::complete(job.answer.keys())));
}

} // namespace rtpengine::verbs
