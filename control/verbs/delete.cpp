// SPDX-License-Identifier: Apache-2.0
// The verb delete (specification section 4.6).
#include "control/call/report.h"
#include "control/verbs/table.h"

namespace rtpengine::verbs {

namespace {

const char* const not_found = "Call-ID not found or tags didn't match";

struct Match {
    bool found = false;
    call::Party* party = nullptr; // nullptr: the whole call
};

bool only_peer_untagged(const call::Party& party) {
    return party.associations.size() == 1 && (*party.associations.begin())->tag.empty();
}

std::string honoured_tag(const ng::DialogueFlags& flags) { return flags.to_tag_honoured ? flags.to_tag : std::string{}; }

// Rows 1-6 of section 4.6. Who was deleted before is known all the same: a deletion that is asked for again
// (its reply was lost, and control's memory of it, too) finds nobody, and doesn't go on to the caller.
Match match(const call::Call& call, const ng::DialogueFlags& flags) {
    const auto honoured = honoured_tag(flags);
    if (flags.from_tag.empty()) return {true};
    auto* branch = call.find_branch(flags.via_branch);
    auto* party = call.find_tag(honoured.empty() ? flags.from_tag : honoured);
    auto* meant = honoured.empty() && branch ? branch : party ? party : branch;
    if (meant) return meant->closed ? Match{} : Match{true, meant};
    auto* from = call.find_tag(flags.from_tag);
    if (!honoured.empty() && from && only_peer_untagged(*from)) return {true, from};
    return {};
}

void refuse(const Job& job) {
    if (job.flags().fatal) return job.answer.error(not_found);
    auto keys = job.answer.keys();
    keys.add("warning", not_found);
    job.answer.ok(std::move(keys));
}

ng::Reply report(const Job& job) {
    const auto& flags = job.flags();
    const auto honoured = honoured_tag(flags);
    auto keys = job.answer.keys();
    if (!flags.fast)
        call::write_report(*job.call, honoured.empty() ? flags.from_tag : honoured, job.instance->reader(),
                           job.instance->config().ssrc_reporting(), keys);
    return ng::Responder::complete(std::move(keys));
}

} // namespace

void remove(const Job& job) {
    const auto found = job.call ? match(*job.call, job.flags()) : Match{};
    if (!found.found) return refuse(job);
    auto& instance = *job.instance;
    const auto kept = instance.kept_and(job.call, job.answer.prepared(report(job)));
    const auto delay = job.flags().delete_delay;
    instance.schedule_or_remove(job.call, found.party, delay >= 0 ? delay : static_cast<int>(instance.config().delete_delay()));
    kept(); // its ports are closed behind it
}

} // namespace rtpengine::verbs
