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

// A deletion can't fail: what a worker doesn't do now, it does when it is back.
void Instance::remove_party(const std::shared_ptr<Call>& call, Party& party, Closed closed) {
    Parties leaving;
    add_leaving(party, leaving);
    if (!somebody_stays(*call, leaving)) return destroy(call, End::regular, std::move(closed));
    Change change(call, committer_);
    for (std::size_t i = 0; i < call->parties.size(); ++i) {
        if (!leaving.contains(call->parties[i].get())) continue;
        auto& member = *change.draft()->parties[i];
        release_ports(member);
        change.draft()->close_party(member);
    }
    if (shared_.keeper) shared_.keeper->changed(call);
    change.put_in_place();
    committer_.tell(call, [this, call, closed = std::move(closed)](const Status& done) {
        if (!done) log::record(log::Level::err, log::Subsystem::core, {call->id}, "deleting a branch: {}", done.error().message);
        committer_.close(call, closed);
    });
}

void Instance::schedule_or_remove(const std::shared_ptr<Call>& call, Party* party, int delay_s, Closed closed) {
    const auto* what = party ? "call branch" : "entire call";
    if (delay_s > 0) {
        (party ? party->delete_at : call->delete_at) = BootClock::now() + std::chrono::seconds(delay_s);
        log::record(log::Level::info, log::Subsystem::core, {call->id}, "Scheduling deletion of {} in {} seconds", what, delay_s);
        return closed();
    }
    log::record(log::Level::info, log::Subsystem::core, {call->id}, "Deleting {}", what);
    if (party) return remove_party(call, *party, std::move(closed));
    destroy(call, End::regular, std::move(closed));
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
                                                          const auto& call, const Turn& turn) {
        const auto found = call->dead ? Match{} : match(*call, *flags);
        if (!found.found) return refuse(*flags, answer);
        const auto honoured = flags->to_tag_honoured ? flags->to_tag : std::string{};
        auto report = std::make_shared<ng::Dict>();
        if (!flags->fast)
            *report = call_report(*call, honoured.empty() ? flags->from_tag : honoured, reader(), config_.ssrc_reporting());
        const int delay = flags->delete_delay >= 0 ? flags->delete_delay : static_cast<int>(config_.delete_delay());
        // The answer goes out when nothing is forwarded any more.
        schedule_or_remove(call, found.party, delay, [this, call, answer, turn, report] {
            when_kept(call, [answer, report] { answer.ok(std::move(*report)); });
        });
    });
    if (!taken) refuse_busy(answer);
}

} // namespace rtpengine::call
