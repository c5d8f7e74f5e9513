// SPDX-License-Identifier: Apache-2.0
// The verb delete, and what goes with a party (specification section 4.6).
#include <algorithm>
#include <set>

#include "common/base/log.h"
#include "control/call/instance.h"
#include "control/call/report.h"

namespace rtpengine::call {

namespace {

const char* const not_found = "Call-ID not found or tags didn't match";

struct Match {
    bool found = false;
    Party* party = nullptr; // nullptr: the whole call
};

bool only_peer_untagged(const Party& party) {
    return party.associations.size() == 1 && (*party.associations.begin())->tag.empty();
}

// Rows 1-6 of section 4.6. Who was deleted before is known all the same: a deletion that is asked for again
// (its reply was lost, and control's memory of it, too) finds nobody, and doesn't go on to the caller.
Match match(const Call& call, const ng::Flags& flags) {
    const auto honoured = flags.to_tag_honoured ? flags.to_tag : std::string{};
    if (flags.from_tag.empty()) return {true};
    auto* branch = call.find_branch(flags.via_branch);
    auto* party = call.find_tag(honoured.empty() ? flags.from_tag : honoured);
    auto* meant = honoured.empty() && branch ? branch : party ? party : branch;
    if (meant) return meant->closed ? Match{} : Match{true, meant};
    auto* from = call.find_tag(flags.from_tag);
    if (!honoured.empty() && from && only_peer_untagged(*from)) return {true, from};
    return {};
}

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
    if (shared_.keeper) shared_.keeper->changed(call);
    const auto affected = change.affected();
    change.keep();
    committer_.tell(call, affected);
}

void Instance::schedule_or_remove(const std::shared_ptr<Call>& call, Party* party, int delay_s) {
    const auto* what = party ? "call branch" : "entire call";
    if (delay_s > 0) {
        log::record(log::Level::info, log::Subsystem::core, {call->id}, "Scheduling deletion of {} in {} seconds", what, delay_s);
        (party ? party->delete_at : call->delete_at) = BootClock::now() + std::chrono::seconds(delay_s);
        return;
    }
    log::record(log::Level::info, log::Subsystem::core, {call->id}, "Deleting {}", what);
    party ? remove_party(call, *party) : destroy(call, End::regular);
}

void Instance::remove(const ng::Dict& request, Answer answer) {
    auto parsed = ng::parse_flags("delete", request, flag_defaults_);
    if (!parsed) return answer.error(parsed.error().message);
    if (parsed->call_id.empty()) return answer.error("No call-id in message");
    const auto refuse = [](const ng::Flags& flags, const Answer& answer) {
        if (flags.fatal) return answer.error(not_found);
        ng::Dict reply;
        reply.add("warning", not_found);
        answer.ok(std::move(reply));
    };
    const auto call = find(parsed->call_id);
    if (!call) return refuse(*parsed, answer);

    const bool taken = exclusively_with_figures(call, [this, refuse, answer, flags = std::make_shared<const ng::Flags>(*std::move(parsed))](
                                                          const auto& call, const Turn&) {
        const auto found = call->dead ? Match{} : match(*call, *flags);
        if (!found.found) return refuse(*flags, answer);
        const auto honoured = flags->to_tag_honoured ? flags->to_tag : std::string{};
        ng::Dict report;
        if (!flags->fast) report = call_report(*call, honoured.empty() ? flags->from_tag : honoured, reader(), config_.ssrc_reporting());
        auto send = answer.prepared(std::move(report));
        schedule_or_remove(call, found.party, flags->delete_delay >= 0 ? flags->delete_delay : static_cast<int>(config_.delete_delay()));
        kept_and(call, std::move(send))(); // its ports are closed behind it
    });
    if (!taken) refuse_busy(answer);
}

} // namespace rtpengine::call
