// SPDX-License-Identifier: Apache-2.0
#include "control/verbs/serve.h"

#include <algorithm>

#include "common/base/memory.h"
#include "control/sdp/bundle_only.h"
#include "control/sdp/twins.h"
#include "control/verbs/names.h"
#include "control/verbs/table.h"

namespace rtpengine::verbs {

namespace {

void find_call(Job job);

void refuse_new(const Job& job) {
    constexpr std::string_view reason = "Parallel session limit reached";
    const auto& words = job.flags().supports;
    const bool told_apart = std::find(words.begin(), words.end(), "load limit") != words.end();
    told_apart ? job.answer.load_limit(reason) : job.answer.error(reason);
}

// It needn't have it: then the answer is given, and null is returned.
std::shared_ptr<call::Call> new_call(const Job& job) {
    if (job.instance->limit_reached()) {
        job.instance->count_rejected();
        return refuse_new(job), nullptr;
    }
    if (!memory::enough()) return job.answer.error("Out of memory: no new calls until there is some again"), nullptr;
    return job.instance->create(job.flags().call_id, job.request.peer);
}

// A call that was made for a request, should that come to nothing before its turn.
class MadeFor {
  public:
    explicit MadeFor(const Job& job) : instance_(*job.instance), call_(job.call) {}
    ~MadeFor() { instance_.forget_if_unused(*call_); }
    MadeFor(const MadeFor&) = delete;

  private:
    call::Instance& instance_;
    std::shared_ptr<call::Call> call_;
};

// With all that it waited for. A call that has ended meanwhile is none: perhaps there is another one of that name.
void run(Job job) {
    if (job.call && job.call->dead) return find_call(std::move(job));
    if (job.verb->needs.party) {
        const auto selection = call::select(*job.call, job.flags(), job.flags().directional || job.verb->needs.by_tag);
        if (!selection) return job.answer.error(selection.error().message);
        job.selection = *selection;
    }
    job.verb->run(job);
}

void wait(Job job) {
    const auto& needs = job.verb->needs;
    auto& instance = *job.instance;
    const auto call = job.call;
    const auto answer = job.answer;
    auto go_on = [job = std::move(job)](const std::shared_ptr<call::Call>&, const call::Turn& turn) {
        auto now = job;
        now.turn = turn;
        run(std::move(now));
    };
    if (!needs.turn && needs.figures) return instance.with_figures(call, [call, go_on = std::move(go_on)] { go_on(call, nullptr); });
    if (!needs.turn) return go_on(call, nullptr);
    const bool taken = needs.figures ? instance.exclusively_with_figures(call, std::move(go_on)) : instance.exclusively(call, std::move(go_on));
    if (!taken) answer.error("Too many requests for this call are under way");
}

void find_call(Job job) {
    using Of = Verb::Of;
    const auto of = job.verb->needs.of;
    job.call = of == Of::nothing ? nullptr : job.instance->find(job.flags().call_id);
    job.turn = nullptr;
    if (job.call) {
        job.call->asked_for = BootClock::now();
        return wait(std::move(job));
    }
    if (of == Of::call) return job.answer.error(ng::without_call(*job.request.command));
    if (of != Of::new_call) return run(std::move(job));
    job.call = new_call(job);
    if (!job.call) return;
    const MadeFor made(job);
    wait(std::move(job));
}

Result<std::shared_ptr<const sdp::Session>> read_session(const call::Instance& instance, const ng::Flags& flags, bool offer) {
    auto session = sdp::parse(flags.sdp, flags.fragment);
    if (!session) return session.error();
    if (instance.config().reject_invalid_sdp() && session->blank_line) return Error{"Failed to parse SDP"};
    if (std::ranges::find(flags.osrtp, "accept-legacy") != flags.osrtp.end() || std::ranges::find(flags.osrtp, "accept") != flags.osrtp.end())
        sdp::fold_twins(*session);
    if (offer && flags.bundle_accept) sdp::place_bundle_only(*session);
    return std::make_shared<const sdp::Session>(*std::move(session));
}

} // namespace

void serve(call::Instance& instance, const Verb& verb, ng::Request request, ng::Responder responder) {
    Job job{&instance, &verb, std::move(request), nullptr, call::Answer(std::move(responder)), instance.patient_until()};
    if (verb.needs.names) fill_in(job, {&ng::DialogueFlags::call_id, &ng::DialogueFlags::from_tag});
    if (verb.needs.sdp) {
        auto session = read_session(instance, job.flags(), verb.command == "offer" || verb.command == "publish");
        if (!session) return job.answer.error(session.error().message);
        job.session = *std::move(session);
    }
    find_call(std::move(job));
}

void serve_all(ng::Commands& commands, call::Instance& instance) {
    for (const auto& verb : table())
        commands.set(verb.command, [&instance, &verb](ng::Request request, ng::Responder responder) {
            serve(instance, verb, std::move(request), std::move(responder));
        });
}

} // namespace rtpengine::verbs
