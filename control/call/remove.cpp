// SPDX-License-Identifier: Apache-2.0
// What goes with a party that is deleted (specification section 4.6).
#include <algorithm>
#include <set>

#include "common/base/log.h"
#include "control/call/allocate.h"
#include "control/call/instance.h"

namespace rtpengine::call {

namespace {

using Parties = std::set<const Party*>;

bool all_in(const std::set<Party*>& peers, const Parties& parties) {
    return std::all_of(peers.begin(), peers.end(), [&](const Party* peer) { return parties.contains(peer); });
}

// The party, and every peer that would be left alone, recursively.
void add_leaving(const Party& party, Parties& leaving) {
    leaving.insert(&party);
    for (const auto* peer : party.associations)
        if (!leaving.contains(peer) && all_in(peer->associations, leaving)) add_leaving(*peer, leaving);
}

bool somebody_stays(const Call& call, const Parties& leaving) {
    return std::any_of(call.parties.begin(), call.parties.end(), [&](const auto& party) {
        return !leaving.contains(party.get()) && !all_in(party->associations, leaving);
    });
}

} // namespace

void Instance::remove_party(const std::shared_ptr<Call>& call, Party& party) {
    Parties leaving;
    add_leaving(party, leaving);
    if (!somebody_stays(*call, leaving)) return destroy(call, End::regular);
    Change change(*call);
    change.touch_all();
    for (auto& member : call->parties) {
        if (!leaving.contains(member.get())) continue;
        release_ports(*member);
        call->close_party(*member);
    }
    keep(call);
    const auto affected = change.affected();
    change.keep();
    committer_.tell(call, affected);
}

void Instance::schedule_or_remove(const std::shared_ptr<Call>& call, Party* party, int delay_s) {
    const auto* what = party ? "call branch" : "entire call";
    if (delay_s > 0) {
        log::record(log::Level::info, log::Subsystem::core, {call->id}, "Scheduling deletion of {} in {} seconds", what, delay_s);
        (party ? party->delete_at : call->delete_at) = BootClock::now() + std::chrono::seconds(delay_s);
        if (party) party->changes();
        return;
    }
    log::record(log::Level::info, log::Subsystem::core, {call->id}, "Deleting {}", what);
    party ? remove_party(call, *party) : destroy(call, End::regular);
}

} // namespace rtpengine::call
